import type { TestChain } from './chain.js';
import { jobActions } from './job-actions.js';
import { marketActions } from './market-actions.js';
import { programActions } from './program-actions.js';
import { queueActions } from './queue-actions.js';
import type { Random } from './random.js';
import { createWorld } from './world.js';

/** Random but valid lives of jobs, in every way that the program allows. */
export interface Lives {
  /** Performs one random action. */
  step(): Promise<void>;
  /** Jobs listed so far. */
  readonly listed: number;
  /** The last transaction sent. */
  readonly lastSignature: string;
  /** How often each action was performed. */
  readonly counts: ReadonlyMap<string, number>;
}

/** How often each action is tried, relative to the others. */
const WEIGHTS: Readonly<Record<string, number>> = {
  list: 24,
  listTwo: 4,
  work: 30,
  assign: 4,
  stop: 3,
  finish: 18,
  end: 5,
  complete: 4,
  extend: 6,
  quit: 5,
  quitAdmin: 2,
  claim: 4,
  recover: 3,
  delist: 5,
  clean: 6,
  update: 2,
  openAndClose: 1,
  fail: 3,
  stake: 6,
  topup: 4,
  extendStake: 2,
  unstake: 1,
  restake: 4,
  enter: 6,
  addFee: 4,
  claimShare: 3,
  leave: 1,
  describeNode: 4,
};

export async function createLives(chain: TestChain, random: Random): Promise<Lives> {
  const world = await createWorld(chain, random);
  const counts = new Map<string, number>();
  const actions = Object.entries({
    ...queueActions(world),
    ...jobActions(world),
    ...marketActions(world),
    ...(await programActions(world)),
  });
  const wheel = actions.flatMap((entry) => Array.from({ length: WEIGHTS[entry[0]] ?? 1 }, () => entry));

  return {
    async step() {
      for (;;) {
        const [name, action] = random.pick(wheel);
        if (await action()) {
          counts.set(name, (counts.get(name) ?? 0) + 1);
          return;
        }
      }
    },
    get listed() {
      return world.listed();
    },
    get lastSignature() {
      return world.lastSignature();
    },
    counts,
  };
}
