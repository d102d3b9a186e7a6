import type { Address } from '@solana/kit';
import type { MarketRecord, QueueType } from './records.js';

// A market's queue of jobs or of nodes, never both: first in, first out, but in 2022 the last came first.

type Kind = Exclude<QueueType, 'empty'>;

/** Job types that the program knows are 0 to 4; all others become this one, whose markets never queue. */
export const UNKNOWN_JOB_TYPE = 255;
const KNOWN_JOB_TYPES = 5;

export function jobTypeOf(argument: number): number {
  return argument < KNOWN_JOB_TYPES ? argument : UNKNOWN_JOB_TYPE;
}

const withQueue = (market: MarketRecord, kind: Kind, queue: readonly Address[]): MarketRecord => ({
  ...market,
  queueType: queue.length === 0 ? 'empty' : kind,
  queue,
});

export const queueHolds = (market: MarketRecord, kind: Kind): boolean => market.queueType === kind;

/** Adds at the end. A queue of the other kind is dropped: the program pushes only when there is none. */
export function push(market: MarketRecord, kind: Kind, entry: Address): MarketRecord {
  return withQueue(market, kind, queueHolds(market, kind) ? [...market.queue, entry] : [entry]);
}

/** Takes the first, or the last, or null when the queue does not hold that kind. */
export function pop(
  market: MarketRecord,
  kind: Kind,
  end: 'first' | 'last' = 'first',
): { market: MarketRecord; taken: Address } | null {
  const place = end === 'first' ? 0 : market.queue.length - 1;
  const taken = market.queue[place];
  if (!queueHolds(market, kind) || taken === undefined) return null;
  return { market: withQueue(market, kind, market.queue.toSpliced(place, 1)), taken };
}

/** Takes one entry out wherever it stands, or null when it is not there. */
export function remove(market: MarketRecord, kind: Kind, entry: Address): MarketRecord | null {
  if (!queueHolds(market, kind)) return null;
  const at = market.queue.indexOf(entry);
  return at < 0 ? null : withQueue(market, kind, market.queue.toSpliced(at, 1));
}

/** Puts another entry in the place of one. */
export function replace(market: MarketRecord, kind: Kind, entry: Address, by: Address): MarketRecord | null {
  if (!queueHolds(market, kind)) return null;
  return withQueue(
    market,
    kind,
    market.queue.map((each) => (each === entry ? by : each)),
  );
}

export const emptied = (market: MarketRecord): MarketRecord => ({ ...market, queueType: 'empty', queue: [] });
