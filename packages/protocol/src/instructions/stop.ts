import { getStopInstruction } from '@nosana/jobs-program';
import type { Address, Instruction, TransactionSigner } from '@solana/kit';
import type { NetworkConfig } from '../network/config.js';

export interface StopInput {
  readonly network: NetworkConfig;
  readonly market: Address;
  readonly node: Address;
  /** The node itself or the market's authority. */
  readonly authority: TransactionSigner;
}

/** Takes a node out of a market's queue of nodes. */
export async function buildStop(input: StopInput): Promise<Instruction> {
  const { network, market, node, authority } = input;
  return getStopInstruction({ market, node, authority }, { programAddress: network.jobsProgram });
}
