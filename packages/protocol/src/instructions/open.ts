import { getOpenInstruction } from '@nosana/jobs-program';
import type { Address, Instruction, TransactionSigner } from '@solana/kit';
import { marketVault } from '../addresses/derive.js';
import { SYSTEM_PROGRAM } from '../addresses/programs.js';
import type { NetworkConfig } from '../network/config.js';

/** Terms of a market that `open` and `update` write. */
export interface MarketTerms {
  /** Seconds that a done job's account is kept. */
  readonly jobExpiration: bigint;
  /** Base units per second. */
  readonly jobPrice: bigint;
  /** Seconds. */
  readonly jobTimeout: bigint;
  readonly jobType: number;
  /** xNOS that a node must have staked. */
  readonly nodeXnosMinimum: bigint;
  /** Collection whose NFT nodes must hold; open to all nodes unless given. */
  readonly accessKey?: Address;
}

export interface OpenInput extends MarketTerms {
  readonly network: NetworkConfig;
  /** Fresh key of the market account. */
  readonly market: TransactionSigner;
  readonly authority: TransactionSigner;
}

/** Opens a market and its vault. */
export async function buildOpen(input: OpenInput): Promise<Instruction> {
  const { network, market, authority } = input;
  return getOpenInstruction(
    {
      mint: network.nosMint,
      market,
      vault: await marketVault(network, market.address),
      authority,
      accessKey: input.accessKey ?? SYSTEM_PROGRAM,
      jobExpiration: input.jobExpiration,
      jobPrice: input.jobPrice,
      jobTimeout: input.jobTimeout,
      jobType: input.jobType,
      nodeXnosMinimum: input.nodeXnosMinimum,
    },
    { programAddress: network.jobsProgram },
  );
}
