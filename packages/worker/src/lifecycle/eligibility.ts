import { SYSTEM_PROGRAM } from '@inferscan/protocol';
import type { Address } from '@solana/kit';
import type { HeldNft } from '../chain/access-nft.js';
import type { Market } from '../chain/accounts.js';
import type { Funds } from '../chain/reader.js';

/** Rent of a run account and the fees of a few hundred transactions, lamports. */
const MIN_LAMPORTS = 10_000_000n;

/** Why a node may not, or shall not, enter a market. */
export interface Obstacle {
  /** What it has to do with; `market` ones also take a waiting node out of the queue. */
  readonly about: 'market' | 'wallet' | 'pinning' | 'stake' | 'access';
  /** In plain words, with what helps. */
  readonly message: string;
}

/** What a node brings along to a market, and what it asks of it. */
export interface Standing {
  readonly node: Address;
  readonly funds: Funds;
  readonly nfts: readonly HeldNft[];
  /** Why results cannot be pinned now; null if they can. */
  readonly pinning: string | null;
  /** Base units of NOS per hour; markets that pay less are passed by. */
  readonly minPerHour: bigint;
}

const sol = (lamports: bigint) => `${Number(lamports) / 1e9} SOL`;
const nosPerHour = (baseUnits: bigint) => `${Number(baseUnits) / 1e6} NOS per hour`;

/** What the node's wallet lacks for any market; null if nothing. */
export function walletObstacle({ node, funds }: Pick<Standing, 'node' | 'funds'>): Obstacle | null {
  if (funds.lamports >= MIN_LAMPORTS) return null;
  const message = `the wallet ${node} holds ${sol(funds.lamports)}; send it at least ${sol(MIN_LAMPORTS)} for rent and fees`;
  return { about: 'wallet', message };
}

/** Why a node does not enter a market; null if it does. */
export function obstacle(market: Market | null, standing: Standing): Obstacle | null {
  if (market === null) return { about: 'market', message: 'there is no market at this address any more' };
  const perHour = market.price * 3600n;
  if (perHour < standing.minPerHour) {
    const message = `the market pays ${nosPerHour(perHour)}, this node works for ${nosPerHour(standing.minPerHour)} or more (--min-price)`;
    return { about: 'market', message };
  }
  const { pinning } = standing;
  const unpinnable = pinning === null ? null : ({ about: 'pinning', message: pinning } as const);
  return (
    walletObstacle(standing) ??
    unpinnable ??
    stakeObstacle(market, standing) ??
    accessObstacle(market, standing)
  );
}

function stakeObstacle(market: Market, { node, funds: { stake } }: Standing): Obstacle | null {
  const about = 'stake';
  if (stake === null) {
    const message = `the node ${node} has no stake; stake NOS with this key (the market wants ${market.xnosMinimum} xNOS base units)`;
    return { about, message };
  }
  if (stake.xnos >= market.xnosMinimum) return null;
  if (stake.unstaking) {
    return { about, message: 'the node’s stake is being unstaked and weighs nothing; restake it to go on' };
  }
  const message = `the node's stake weighs ${stake.xnos} xNOS base units, the market wants ${market.xnosMinimum}; stake more or longer`;
  return { about, message };
}

function accessObstacle(market: Market, { nfts }: Standing): Obstacle | null {
  if (market.accessKey === SYSTEM_PROGRAM || accessNft(market, nfts) !== undefined) return null;
  const message = `the market admits holders of an NFT of the collection ${market.accessKey}, and this node holds none of those named with --access-nft`;
  return { about: 'access', message };
}

/** The NFT that opens a market, where it asks for one and the node has it. */
export function accessNft(market: Market, nfts: readonly HeldNft[]): Address | undefined {
  return nfts.find(({ collection }) => collection === market.accessKey)?.mint;
}
