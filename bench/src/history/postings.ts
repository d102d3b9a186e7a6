import { delistJob, extendJob, type Listing, listJob } from './jobs-program.js';
import { giveToVault } from './market-calls.js';
import type { Job, Market } from './parties.js';
import { planRun } from './runs.js';
import { gone, type World } from './world.js';

/** Posters pause while so many jobs wait: a market's queue holds 314. */
const LONG_QUEUE = 250;
const DIGEST = 32;
const TIMEOUT_NOT_GREATER = 6008;

/** How much is posted changes every so many seconds, so that at times jobs wait and at times nodes do. */
const TIDE_SECONDS = 5_400;

/** Plans the posting of all jobs. */
export function planPostings(world: World): void {
  const { random, nodes } = world;
  const meanSeconds = 420 / nodes.length;
  const next = (): void => {
    if (world.listed >= world.wanted) return;
    post(world);
    const tide = 1 + 0.6 * Math.sin((world.now / 1_000 / TIDE_SECONDS) * 2 * Math.PI);
    world.later(random.exponential(meanSeconds) / tide, next);
  };
  world.later(random.between(30, 60), next);
}

function listingIn(world: World, market: Market): Listing {
  const { random, projects, reusable } = world;
  world.listed += 1;
  return {
    address:
      reusable.length > 0 && random.chance(0.5) ? (reusable.pop() ?? random.address()) : random.address(),
    market,
    project: random.pick(projects),
    timeout: BigInt(random.between(60, 3_600)),
    run: random.address(),
  };
}

function post(world: World): void {
  const { random, pool } = world;
  const market = random.pick(world.markets);
  if (market.state !== 'open' || market.jobs.length > LONG_QUEUE) return;
  const listing = listingIn(world, market);
  const assigned = random.chance(0.08) && market.nodes.length > 0 ? random.pick(market.nodes) : undefined;
  const jobs: Job[] = [];
  world.transact(listing.project.address, (draft) => {
    if (random.chance(0.003)) giveToVault(draft, market, BigInt(random.between(1, 1_000_000)));
    jobs.push(listJob(draft, pool, listing, random.bytes(DIGEST), world.clock(), assigned));
    if (!random.chance(0.04) || world.listed >= world.wanted) return;
    const second = { ...listingIn(world, market), project: listing.project };
    jobs.push(listJob(draft, pool, second, random.bytes(DIGEST), world.clock()));
  });
  for (const job of jobs) {
    if (job.run === null) planWait(world, job);
    else planRun(world, job.run);
  }
}

/** What posters do while a job waits. */
function planWait(world: World, job: Job): void {
  const { random } = world;
  const stillWaits = (): boolean => job.market.jobs.includes(job);
  if (random.chance(0.08)) {
    world.later(random.between(20, 900), () => {
      if (!stillWaits()) return;
      world.transact(job.project.address, (draft) => delistJob(draft, job));
      gone(world, job);
    });
  } else if (random.chance(0.05)) {
    world.later(random.between(5, 300), () => stillWaits() && extend(world, job));
  }
}

/** More time for a job; sometimes what is asked for is not more, which fails. */
export function extend(world: World, job: Job): void {
  const { random, pool } = world;
  const fails = random.chance(0.1);
  const timeout = fails ? job.timeout : job.timeout + BigInt(random.between(1, 1_800));
  world.transact(
    job.project.address,
    (draft) => extendJob(draft, pool, job, timeout),
    fails ? TIMEOUT_NOT_GREATER : undefined,
  );
}
