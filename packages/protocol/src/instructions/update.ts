import { getUpdateInstruction } from '@nosana/jobs-program';
import type { Address, Instruction, TransactionSigner } from '@solana/kit';
import { SYSTEM_PROGRAM } from '../addresses/programs.js';
import type { NetworkConfig } from '../network/config.js';
import type { MarketTerms } from './open.js';

export interface UpdateInput extends MarketTerms {
  readonly network: NetworkConfig;
  readonly market: Address;
  readonly authority: TransactionSigner;
}

/** Rewrites all terms of a market. Running jobs keep their price and timeout. */
export async function buildUpdate(input: UpdateInput): Promise<Instruction> {
  const { network, market, authority } = input;
  return getUpdateInstruction(
    {
      market,
      accessKey: input.accessKey ?? SYSTEM_PROGRAM,
      authority,
      jobExpiration: input.jobExpiration,
      jobPrice: input.jobPrice,
      jobType: input.jobType,
      nodeStakeMinimum: input.nodeXnosMinimum,
      jobTimeout: input.jobTimeout,
    },
    { programAddress: network.jobsProgram },
  );
}
