import { SYSTEM_PROGRAM } from '@inferscan/protocol';
import type { Address } from '@solana/kit';

import type { Market } from '../chain/accounts.js';
import type { Funds } from '../chain/reader.js';

/** Rent of a run account and the fees of a few hundred transactions, lamports. */
const MIN_LAMPORTS = 10_000_000n;

const sol = (lamports: bigint) => `${Number(lamports) / 1e9} SOL`;

/** Why a node may not enter a market, in plain words with what helps; null if it may. */
export function obstacle(
  market: Market,
  funds: Funds,
  node: Address,
  accessNft: Address | undefined,
): string | null {
  if (funds.lamports < MIN_LAMPORTS) {
    return `the wallet ${node} holds ${sol(funds.lamports)}; send it at least ${sol(MIN_LAMPORTS)} for rent and fees`;
  }
  if (funds.xnos === null) {
    return `the node ${node} has no stake; stake NOS with this key (the market wants ${market.xnosMinimum} xNOS base units)`;
  }
  if (funds.xnos < market.xnosMinimum) {
    return `the node's stake weighs ${funds.xnos} xNOS base units, the market wants ${market.xnosMinimum}; stake more or longer`;
  }
  if (market.accessKey !== SYSTEM_PROGRAM && accessNft === undefined) {
    return `the market admits holders of an NFT of the collection ${market.accessKey}; name yours with --access-nft`;
  }
  return null;
}
