import type { Address } from '@solana/kit';
import { SYSTEM_PROGRAM } from '../addresses/programs.js';
import type { ChainInstruction } from '../chain/transaction.js';

const CREATE_ACCOUNT_BYTES = 20;

/** Bytes of the account that one of the instructions, the system program's CreateAccount (number 0), makes at `account`. */
export function createdBytes(instructions: readonly ChainInstruction[], account: Address): bigint | null {
  for (const { programId, accounts, data } of instructions) {
    if (programId !== SYSTEM_PROGRAM || accounts[1] !== account || data.length < CREATE_ACCOUNT_BYTES)
      continue;
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    if (view.getUint32(0, true) === 0) return view.getBigUint64(12, true);
  }
  return null;
}

/** Whether one of the instructions is the system program's CreateAccount of `account`. */
export const createsAccount = (instructions: readonly ChainInstruction[], account: Address): boolean =>
  createdBytes(instructions, account) !== null;
