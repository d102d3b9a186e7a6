import { getExtendInstruction } from '@nosana/jobs-program';
import type { Address, Instruction, TransactionSigner } from '@solana/kit';
import type { NetworkConfig } from '../network/config.js';
import { depositAccounts } from './deposit.js';

export interface ExtendInput {
  readonly network: NetworkConfig;
  readonly market: Address;
  readonly job: Address;
  readonly project: TransactionSigner;
  /** The job's payer; the project unless given. */
  readonly payer?: TransactionSigner;
  /** The new timeout in seconds, not the difference; greater than the old one. */
  readonly timeout: bigint;
}

/** Gives a queued or running job more time against a further deposit. */
export async function buildExtend(input: ExtendInput): Promise<Instruction> {
  const { network, market, job, project, timeout } = input;
  const payer = input.payer ?? project;
  return getExtendInstruction(
    {
      ...(await depositAccounts(network, market, payer.address)),
      job,
      market,
      authority: project,
      payer,
      timeout,
    },
    { programAddress: network.jobsProgram },
  );
}
