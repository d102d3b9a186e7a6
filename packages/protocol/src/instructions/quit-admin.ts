import { getQuitAdminInstruction } from '@nosana/jobs-program';
import type { Address, Instruction, TransactionSigner } from '@solana/kit';
import type { NetworkConfig } from '../network/config.js';

export interface QuitAdminInput {
  readonly network: NetworkConfig;
  readonly run: Address;
  /** The run's payer, who gets the run account's rent. */
  readonly runPayer: Address;
  readonly admin: TransactionSigner;
}

/** Closes a run as the network's market admin; its job stays queued but in no queue. */
export async function buildQuitAdmin(input: QuitAdminInput): Promise<Instruction> {
  return getQuitAdminInstruction(
    { run: input.run, payer: input.runPayer, authority: input.admin },
    { programAddress: input.network.jobsProgram },
  );
}
