import type { Address } from '@solana/kit';
import { SYSTEM_PROGRAM } from '../addresses/programs.js';
import type { ChainInstruction } from '../chain/transaction.js';

/** Whether one of the instructions is the system program's CreateAccount (number 0) of `account`. */
export function createsAccount(instructions: readonly ChainInstruction[], account: Address): boolean {
  return instructions.some(
    ({ programId, accounts, data }) =>
      programId === SYSTEM_PROGRAM &&
      accounts[1] === account &&
      data.length >= 4 &&
      data[0] === 0 &&
      data[1] === 0 &&
      data[2] === 0 &&
      data[3] === 0,
  );
}
