import { getCleanAdminInstruction } from '@nosana/jobs-program';
import type { Address, Instruction, TransactionSigner } from '@solana/kit';
import type { NetworkConfig } from '../network/config.js';

export interface CleanAdminInput {
  readonly network: NetworkConfig;
  readonly job: Address;
  /** The job's payer, who gets the rent. */
  readonly payer: Address;
  readonly admin: TransactionSigner;
}

/** Closes any job's account as the network's market admin. */
export async function buildCleanAdmin(input: CleanAdminInput): Promise<Instruction> {
  return getCleanAdminInstruction(
    { job: input.job, payer: input.payer, authority: input.admin },
    { programAddress: input.network.jobsProgram },
  );
}
