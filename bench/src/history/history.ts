import type { ChainTransaction } from '@inferscan/protocol';

import { planMarkets } from './market-lives.js';
import { planNodes } from './node-lives.js';
import { initRewards } from './other-programs.js';
import { planPostings } from './postings.js';
import { createWorld, type HistoryOptions } from './world.js';

/** Few enough that they are gone before the garbage collector takes them for long-lived. */
const PER_PART = 256;

/**
 * A history that the network's programs allow, in chain order: jobs in all their lives, nodes with stakes and
 * descriptions, markets whose terms change and that are closed. The same options give the same history. Memory does not
 * grow with it, except for a few accounts that nobody cleans away.
 */
export async function* generateHistory(
  options: HistoryOptions,
): AsyncGenerator<readonly ChainTransaction[], void> {
  const world = await createWorld(options);
  const [first] = world.projects;
  if (first === undefined) throw new RangeError('nobody takes part');
  world.transact(first.address, (draft) => initRewards(draft, world.pool, first.address));
  planMarkets(world);
  planNodes(world);
  planPostings(world);
  let made: ChainTransaction[] = [];
  for (let entry = world.agenda.next(); entry !== undefined; entry = world.agenda.next()) {
    world.now = entry.at;
    entry.act();
    made.push(...world.taken());
    if (made.length < PER_PART) continue;
    yield made;
    made = [];
  }
  if (made.length > 0) yield made;
}
