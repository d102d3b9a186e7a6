import { getWorkInstruction } from '@nosana/jobs-program';
import type { Address, Instruction, TransactionSigner } from '@solana/kit';
import type { NetworkConfig } from '../network/config.js';
import { accessAccounts } from './access.js';

export interface WorkInput {
  readonly network: NetworkConfig;
  readonly market: Address;
  readonly node: TransactionSigner;
  /** Fresh key of the run account, used only when a job waits. */
  readonly run: TransactionSigner;
  /** Pays the run account's rent; the node unless given. */
  readonly payer?: TransactionSigner;
  /** Mint of the NFT that opens the market, where its access key asks for one. */
  readonly accessNft?: Address;
}

/** Offers a node to a market: it takes the first waiting job, or joins the queue of nodes. */
export async function buildWork(input: WorkInput): Promise<Instruction> {
  const { network, market, node, run } = input;
  return getWorkInstruction(
    {
      ...(await accessAccounts(network, node.address, input.accessNft)),
      run,
      market,
      payer: input.payer ?? node,
      authority: node,
    },
    { programAddress: network.jobsProgram },
  );
}
