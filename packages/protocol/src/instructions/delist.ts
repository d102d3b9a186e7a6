import { getDelistInstruction } from '@nosana/jobs-program';
import type { Address, Instruction, TransactionSigner } from '@solana/kit';
import { associatedTokenAddress, marketVault } from '../addresses/derive.js';
import type { NetworkConfig } from '../network/config.js';

export interface DelistInput {
  readonly network: NetworkConfig;
  readonly market: Address;
  readonly job: Address;
  readonly project: TransactionSigner;
  /** The job's payer. */
  readonly payer: Address;
}

/** Takes a queued job out of the queue, closes it and refunds the whole deposit to its payer. */
export async function buildDelist(input: DelistInput): Promise<Instruction> {
  const { network, market, job, payer } = input;
  const [deposit, vault] = await Promise.all([
    associatedTokenAddress(payer, network.nosMint),
    marketVault(network, market),
  ]);
  return getDelistInstruction(
    { job, market, deposit, payer, vault, authority: input.project },
    { programAddress: network.jobsProgram },
  );
}
