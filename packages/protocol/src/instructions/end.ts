import { getEndInstruction } from '@nosana/jobs-program';
import type { Address, Instruction, TransactionSigner } from '@solana/kit';
import { associatedTokenAddress, marketVault } from '../addresses/derive.js';
import type { NetworkConfig } from '../network/config.js';

export interface EndInput {
  readonly network: NetworkConfig;
  readonly market: Address;
  readonly job: Address;
  readonly run: Address;
  /** The run's node. */
  readonly node: Address;
  readonly project: TransactionSigner;
  /** The job's payer, who gets the refund. */
  readonly jobPayer: Address;
  /** The run's payer, who gets the run account's rent. */
  readonly runPayer: Address;
}

/** Ends a running job: the node is paid for the time used, the job's payer gets the rest. */
export async function buildEnd(input: EndInput): Promise<Instruction> {
  const { network, market, job, run } = input;
  const [deposit, user, vault] = await Promise.all([
    associatedTokenAddress(input.jobPayer, network.nosMint),
    associatedTokenAddress(input.node, network.nosMint),
    marketVault(network, market),
  ]);
  return getEndInstruction(
    { job, market, run, deposit, user, vault, payer: input.runPayer, authority: input.project },
    { programAddress: network.jobsProgram },
  );
}
