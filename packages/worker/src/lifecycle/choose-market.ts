import type { Address } from '@solana/kit';

import type { MarketPlace } from '../chain/accounts.js';
import type { Obstacle } from './eligibility.js';

/** A market by the operator's preference. */
export interface MarketOption extends MarketPlace {
  /** False: the node was there under another configuration. */
  readonly wanted: boolean;
  /** What keeps the node from entering; null if nothing does. */
  readonly obstacle: Obstacle | null;
}

/** What waiting has taught; nothing of it has to survive a restart. */
export interface QueueMemory {
  /** For how long the place in the queue has not changed, milliseconds. */
  readonly unmovedMs: number;
  /** Markets in which waiting was in vain lately. */
  readonly passedOver: ReadonlySet<Address>;
}

export type MarketChoice =
  /** No market is acceptable now. */
  | { readonly choice: 'none' }
  | { readonly choice: 'enter'; readonly option: MarketOption }
  | { readonly choice: 'stay'; readonly option: MarketOption }
  | {
      readonly choice: 'leave';
      readonly option: MarketOption;
      readonly why: string;
      /** Markets to pass over for a while, so that the next choice is the one that this makes room for. */
      readonly passOver: readonly Address[];
    };

/**
 * In which queue a node shall be; `options` are in the order of preference. The node waits in the first market that is
 * acceptable, in one at a time, and leaves it
 * - when it is no longer wanted, pays less than asked, or is closed;
 * - for one that it prefers and that has jobs waiting, or no more nodes waiting than are before it here;
 * - when its place has not changed for `patienceMs`, for any that has jobs waiting, or fewer nodes than are before it here.
 */
export function chooseMarket(
  options: readonly MarketOption[],
  { unmovedMs, passedOver }: QueueMemory,
  patienceMs: number,
): MarketChoice {
  const queued = options.filter(({ ahead }) => ahead !== null);
  const here = queued.find((option) => option.wanted && option.obstacle?.about !== 'market');
  const elsewhere = queued.find((option) => option !== here);
  if (elsewhere) {
    const why = here ? 'the node waits in another market' : whyLeave(elsewhere);
    return { choice: 'leave', option: elsewhere, why, passOver: [] };
  }

  const acceptable = options.filter((option) => option.wanted && option.obstacle === null);
  const fresh = acceptable.filter(({ address }) => !passedOver.has(address));
  if (!here) {
    const option = fresh[0] ?? acceptable[0];
    return option ? { choice: 'enter', option } : { choice: 'none' };
  }

  const ahead = here.ahead ?? 0;
  const rank = (option: MarketOption) => options.indexOf(option);
  const preferred = fresh.find((option) => rank(option) < rank(here) && isNotBehind(option, ahead));
  if (preferred) {
    const why = `${preferred.address} is preferred, and its queue is no longer than this`;
    return { choice: 'leave', option: here, why, passOver: before(preferred, fresh) };
  }
  const quicker = fresh.find((option) => option !== here && isNotBehind(option, ahead - 1));
  if (unmovedMs >= patienceMs && quicker) {
    const why = `nothing has moved here, and the queue of ${quicker.address} is shorter`;
    return {
      choice: 'leave',
      option: here,
      why,
      passOver: [...new Set([...before(quicker, fresh), here.address])],
    };
  }
  return { choice: 'stay', option: here };
}

/** Whether a node that enters would find at most so many before it. */
function isNotBehind({ market }: MarketOption, ahead: number): boolean {
  if (market === null) return false;
  return market.waitingJobs > 0 || market.waitingNodes.length <= ahead;
}

const before = (option: MarketOption, among: readonly MarketOption[]): Address[] =>
  among.slice(0, among.indexOf(option)).map(({ address }) => address);

const whyLeave = ({ wanted, obstacle }: MarketOption): string =>
  wanted && obstacle ? obstacle.message : 'the market is not among those of this node';
