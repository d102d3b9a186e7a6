import { getQuitInstruction } from '@nosana/jobs-program';
import type { Address, Instruction, TransactionSigner } from '@solana/kit';
import type { NetworkConfig } from '../network/config.js';

export interface QuitInput {
  readonly network: NetworkConfig;
  readonly job: Address;
  readonly run: Address;
  readonly node: TransactionSigner;
  /** The run's payer, who gets the run account's rent. */
  readonly runPayer: Address;
}

/** Gives up a running job without result or pay; it can be claimed or recovered then. */
export async function buildQuit(input: QuitInput): Promise<Instruction> {
  const { network, job, run, node } = input;
  return getQuitInstruction(
    { job, run, payer: input.runPayer, authority: node },
    { programAddress: network.jobsProgram },
  );
}
