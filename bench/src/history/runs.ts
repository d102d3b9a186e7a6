import {
  claimJob,
  cleanJob,
  cleanJobAsAdmin,
  completeJob,
  endJob,
  finishJob,
  quitRun,
  quitRunAsAdmin,
  recoverJob,
} from './jobs-program.js';
import { offerWithin, seek } from './offers.js';
import type { Job, Node, Run } from './parties.js';
import { extend } from './postings.js';
import { gone, type World } from './world.js';

const DIGEST = 32;
const MEAN_SECONDS = 300;

/** Plans how a run ends. */
export function planRun(world: World, run: Run): void {
  const { random } = world;
  const seconds = Math.min(Number(run.job.timeout) + 20, 4 + random.exponential(MEAN_SECONDS));
  const isOn = (): boolean => run.job.run === run;
  if (random.chance(0.15))
    world.later(seconds * 0.5, () => isOn() && run.job.state === 0 && extend(world, run.job));
  const fate = random.u32() / 2 ** 32;
  world.later(seconds, () => {
    if (fate < 0.84) finish(world, run);
    else if (fate < 0.92) end(world, run);
    else if (fate < 0.99) quit(world, run);
    else quitAsAdmin(world, run);
  });
}

function finish(world: World, run: Run): void {
  const { random } = world;
  const { node, job } = run;
  const seeksAtOnce = random.chance(0.1);
  world.transact(node.address, (draft) => {
    finishJob(draft, run, random.bytes(DIGEST), world.clock());
    if (seeksAtOnce) offerWithin(world, draft, node);
  });
  planClean(world, job);
  if (!seeksAtOnce) rest(world, node);
}

function end(world: World, run: Run): void {
  const { random } = world;
  const { job, node } = run;
  world.transact(job.project.address, (draft) => endJob(draft, run, world.clock()));
  rest(world, node);
  planClean(world, job);
  if (random.chance(0.7)) {
    world.later(random.between(1, 120), () => {
      world.transact(node.address, (draft) => completeJob(draft, job, node, random.bytes(DIGEST)));
    });
  }
}

function quit(world: World, run: Run): void {
  const { job, node } = run;
  world.transact(node.address, (draft) => quitRun(draft, run));
  rest(world, node);
  world.later(world.random.between(30, 600), () => afterQuit(world, job));
}

/** A stopped job is taken over by another node, or its deposit goes back. */
function afterQuit(world: World, job: Job): void {
  const { random } = world;
  const node = random.chance(0.5) ? freeNode(world) : undefined;
  if (node === undefined) {
    world.transact(job.project.address, (draft) => recoverJob(draft, job));
    gone(world, job);
    return;
  }
  world.transact(node.address, (draft) => claimJob(draft, job, node, random.address(), world.clock()));
  if (job.run !== null) planRun(world, job.run);
}

/** The admin closes a run. A job that was quit before is stopped again then, another is in no state to go on. */
function quitAsAdmin(world: World, run: Run): void {
  const { job, node } = run;
  world.transact(world.admin, (draft) => quitRunAsAdmin(draft, run, world.admin));
  rest(world, node);
  world.later(world.random.between(60, 900), () => {
    if (job.state === 3) afterQuit(world, job);
    else {
      world.transact(world.admin, (draft) => cleanJobAsAdmin(draft, job, world.admin));
      gone(world, job);
    }
  });
}

/** Accounts of jobs that are done are cleaned away; a few are forgotten, unless their market is to be closed. */
function planClean(world: World, job: Job): void {
  const { random } = world;
  const isForgotten = random.chance(0.02) && job.market !== world.markets.at(-1);
  if (isForgotten) return;
  // A market's expiration may be changed meanwhile, to at most half an hour.
  world.later(1_802 + random.int(300), () => {
    if (random.chance(0.01)) {
      world.transact(world.admin, (draft) => cleanJobAsAdmin(draft, job, world.admin));
    } else {
      world.transact(random.pick(world.projects).address, (draft) => cleanJob(draft, job));
    }
    gone(world, job);
  });
}

function rest(world: World, node: Node): void {
  world.later(world.random.between(1, 30), () => seek(world, node));
}

const TRIES = 8;

function freeNode({ random, nodes }: World): Node | undefined {
  for (let tries = 0; tries < TRIES; tries++) {
    const node = random.pick(nodes);
    // One without a stake is refused.
    if (node.doing === 'nothing' && node.stakeVault.balance !== null) return node;
  }
  return undefined;
}
