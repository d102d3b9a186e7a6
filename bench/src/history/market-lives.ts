import { delistJob, stopNode } from './jobs-program.js';
import { closeMarket, openMarket, updateMarket } from './market-calls.js';
import { seek } from './offers.js';
import type { Market } from './parties.js';
import { gone, type World } from './world.js';

const MOST_EXPIRATION = 1_800;

/** Plans what happens to markets: all are opened, their terms change, and the last one is closed again and again. */
export function planMarkets(world: World): void {
  for (const [place, market] of world.markets.entries()) {
    world.later(1 + place * 0.5, () => open(world, market));
  }
}

function open(world: World, market: Market): void {
  world.transact(market.authority.address, (draft) => openMarket(draft, market));
  const { random } = world;
  planUpdate(world, market);
  if (market !== world.markets.at(-1)) return;
  world.later(random.between(3_600, 7_200), () => {
    market.state = 'draining';
    drain(world, market);
  });
}

function planUpdate(world: World, market: Market): void {
  const { random } = world;
  world.later(random.exponential(7_200), () => {
    if (market.state !== 'open' || world.listed >= world.wanted) return;
    market.price = random.chance(0.02) ? 0n : BigInt(random.between(20, 400));
    market.expiration = BigInt(random.between(300, MOST_EXPIRATION));
    world.transact(market.authority.address, (draft) => updateMarket(draft, market));
    planUpdate(world, market);
  });
}

/** Nothing is posted to a market any more; once all that was is over, it is closed, and opened again while there is use for it. */
function drain(world: World, market: Market): void {
  const { address } = market.authority;
  for (const node of [...market.nodes]) {
    world.transact(address, (draft) => stopNode(draft, node, market, address));
    world.later(world.random.between(10, 60), () => seek(world, node));
  }
  for (const job of [...market.jobs]) {
    world.transact(job.project.address, (draft) => delistJob(draft, job));
    gone(world, job);
  }
  if (market.open.size > 0) {
    world.later(60, () => drain(world, market));
    return;
  }
  world.transact(address, (draft) => closeMarket(draft, market));
  if (world.listed < world.wanted) world.later(world.random.between(60, 900), () => open(world, market));
}
