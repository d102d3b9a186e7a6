import { createHash } from 'node:crypto';
import { rewardsReflectionAddress, rewardsVaultAddress } from '@inferscan/protocol';
import { getInitInstruction } from '@nosana/stake-program';
import {
  AccountRole,
  type Address,
  address,
  getProgramDerivedAddress,
  type Instruction,
  type TransactionSigner,
} from '@solana/kit';
import { SYSTEM_PROGRAM_ADDRESS } from '@solana-program/system';
import { TOKEN_PROGRAM_ADDRESS } from '@solana-program/token';
import { NETWORK } from './network.js';

const RENT_SYSVAR = address('SysvarRent111111111111111111111111111111111');

/** An instruction that makes an account, and the account. */
export interface Initialisation {
  readonly account: Address;
  readonly instruction: Instruction;
}

/** `init` of the rewards program: the pool that job instructions name, and its vault. */
export async function initRewards(payer: TransactionSigner): Promise<Initialisation> {
  const [reflection, vault] = [await rewardsReflectionAddress(NETWORK), await rewardsVaultAddress(NETWORK)];
  const signer = { address: payer.address, role: AccountRole.WRITABLE_SIGNER, signer: payer };
  const read = (account: Address) => ({ address: account, role: AccountRole.READONLY });
  const write = (account: Address) => ({ address: account, role: AccountRole.WRITABLE });
  return {
    account: reflection,
    // The network publishes no client for this program: discriminator and accounts by hand.
    instruction: {
      programAddress: NETWORK.rewardsProgram,
      accounts: [
        read(NETWORK.nosMint),
        write(reflection),
        write(vault),
        signer,
        read(SYSTEM_PROGRAM_ADDRESS),
        read(TOKEN_PROGRAM_ADDRESS),
        read(RENT_SYSVAR),
      ],
      data: createHash('sha256').update('global:init').digest().subarray(0, 8),
    },
  };
}

/** `init` of the staking program: who may slash, and where slashed tokens go. */
export async function initStaking(payer: TransactionSigner): Promise<Initialisation> {
  const [settings] = await getProgramDerivedAddress({
    programAddress: NETWORK.stakingProgram,
    seeds: ['settings'],
  });
  return {
    account: settings,
    instruction: getInitInstruction(
      { settings, authority: payer },
      { programAddress: NETWORK.stakingProgram },
    ),
  };
}
