import { stopNode, work } from './jobs-program.js';
import type { Job, Market, Node } from './parties.js';
import { planRun } from './runs.js';
import type { Draft } from './transaction.js';
import type { World } from './world.js';

const NODE_ALREADY_QUEUED = 6014;
/** A market's queue holds 314. */
const LONG_QUEUE = 250;

/** A node looks for work, if it has nothing to do; once nothing is posted any more, only where jobs wait. */
export function seek(world: World, node: Node): void {
  if (node.doing !== 'nothing') return;
  const market = marketFor(world, node);
  if (market === undefined) {
    if (world.listed < world.wanted) world.later(world.random.between(60, 300), () => seek(world, node));
    return;
  }
  const run = world.random.address();
  let taken: Job | undefined;
  world.transact(node.address, (draft) => {
    taken = work(draft, node, market, run, world.clock());
  });
  if (taken === undefined) planWait(world, node, market);
  else if (taken.run !== null) planRun(world, taken.run);
}

/** Offers a node in a transaction in which it did something else; what comes of it follows at once. */
export function offerWithin(world: World, draft: Draft, node: Node): void {
  const market = marketFor(world, node);
  if (market === undefined) {
    world.later(world.random.between(1, 30), () => seek(world, node));
    return;
  }
  const taken = work(draft, node, market, world.random.address(), world.clock());
  if (taken === undefined) planWait(world, node, market);
  else if (taken.run !== null) planRun(world, taken.run);
}

/** Mostly its own market, else one where jobs wait. */
function marketFor({ random, markets, listed, wanted }: World, node: Node): Market | undefined {
  const takesMore = (market: Market): boolean =>
    market.jobs.length > 0 ||
    (market.state === 'open' && listed < wanted && market.nodes.length < LONG_QUEUE);
  const home = markets[node.home];
  if (home !== undefined && takesMore(home) && (home.jobs.length > 0 || random.chance(0.7))) return home;
  return (
    markets.find(({ jobs }) => jobs.length > 0) ?? (home !== undefined && takesMore(home) ? home : undefined)
  );
}

/** What a node does while it waits: it may ask again in vain, or give up for a while. */
function planWait(world: World, node: Node, market: Market): void {
  const { random } = world;
  const stillWaits = (): boolean => market.nodes.includes(node);
  if (random.chance(0.4)) {
    world.later(random.between(1, 60), () => {
      if (!stillWaits()) return;
      const run = random.address();
      world.transact(
        node.address,
        (draft) => work(draft, node, market, run, world.clock()),
        NODE_ALREADY_QUEUED,
      );
    });
  }
  if (random.chance(0.3)) {
    world.later(random.between(60, 900), () => {
      if (!stillWaits()) return;
      const by = random.chance(0.8) ? node.address : market.authority.address;
      world.transact(by, (draft) => stopNode(draft, node, market, by));
      world.later(random.between(60, 600), () => seek(world, node));
    });
  }
}
