import type { Address } from '@solana/kit';

import type { Job } from '../chain/accounts.js';
import type { ChainReader } from '../chain/reader.js';
import type { MarketOption } from './choose-market.js';

/** A job that was handed back, and nobody runs. */
export interface HandedBack {
  readonly job: Address;
  /** Its market. */
  readonly option: MarketOption;
}

/** Jobs of a market whose runs are asked for in one look. */
const MAX_ASKED = 5;

/**
 * Those of a market's stopped jobs that a node would take over, the first one to try first. Nodes begin at different places of
 * the list, so that they seldom want the same one.
 * @param minPerHour base units of NOS per hour; a job keeps the price of its listing
 */
export function worthTaking(
  jobs: readonly Job[],
  node: Address,
  minPerHour: bigint,
  givenUp: ReadonlySet<Address>,
): Job[] {
  const wanted = jobs
    .filter(({ address, price }) => price * 3600n >= minPerHour && !givenUp.has(address))
    .sort((a, b) => (a.address < b.address ? -1 : 1));
  const after = wanted.findIndex(({ address }) => address > node);
  return after < 0 ? wanted : [...wanted.slice(after), ...wanted.slice(0, after)];
}

/** Looks, in the markets that the node may enter, for a job that was handed back and nobody runs; null if there is none. */
export async function findHandedBack(
  deps: { reader: ChainReader; node: Address; minPerHour: bigint; kill: AbortSignal },
  markets: readonly MarketOption[],
  givenUp: ReadonlySet<Address>,
): Promise<HandedBack | null> {
  const { reader, node, minPerHour, kill } = deps;
  for (const option of markets) {
    if (!option.wanted || option.obstacle !== null) continue;
    const jobs = worthTaking(await reader.handedBack(option.address, kill), node, minPerHour, givenUp);
    for (const { address } of jobs.slice(0, MAX_ASKED)) {
      if ((await reader.runsOf(address, kill)).length === 0) return { job: address, option };
    }
  }
  return null;
}
