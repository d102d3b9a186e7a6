import { getCleanInstruction } from '@nosana/jobs-program';
import type { Address, Instruction } from '@solana/kit';
import type { NetworkConfig } from '../network/config.js';

export interface CleanInput {
  readonly network: NetworkConfig;
  readonly market: Address;
  readonly job: Address;
  /** The job's payer, who gets the rent. */
  readonly payer: Address;
}

/** Closes the account of a job that was done longer ago than its market keeps jobs. Anyone may. */
export async function buildClean(input: CleanInput): Promise<Instruction> {
  const { network, market, job, payer } = input;
  return getCleanInstruction({ job, market, payer }, { programAddress: network.jobsProgram });
}
