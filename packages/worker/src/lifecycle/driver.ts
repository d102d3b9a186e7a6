import type { Address } from '@solana/kit';

import type { Latch } from '../chain/latch.js';
import type { ChainReader } from '../chain/reader.js';
import { backoffMs } from '../chain/retry.js';
import type { Logger } from '../log.js';
import type { StateStore } from '../state/store.js';
import { decide, type Situation, type Step } from './decide.js';
import type { Steps } from './steps.js';

export interface DriverDeps {
  node: Address;
  reader: ChainReader;
  store: StateStore;
  steps: Steps;
  /** Notified when it is worth looking again. */
  wake: Latch;
  log: Logger;
  pollMs: number;
  /** Aborted when the node shall leave. */
  drain: AbortSignal;
  kill: AbortSignal;
}

/** What keeps a node out of a market seldom changes: it is asked for this much more seldom than the rest. */
const OBSTACLE_POLLS = 5;

/** Looks, decides, acts, until the node has left. */
export async function drive(deps: DriverDeps): Promise<void> {
  const { reader, store, steps, wake, log, kill } = deps;
  const orphans = new Set<Address>();
  let said = '';
  /** Says a thing when it begins to be so, not every time it is found so. */
  const say = (level: 'info' | 'warn', message: string, fields: object = {}) => {
    if (message !== said) log[level](fields, message);
    said = message;
  };

  async function look(): Promise<Situation> {
    const view = await reader.view(kill);
    const { current } = store.get();
    return {
      view,
      current,
      currentJob: current ? await reader.job(current.job, kill) : null,
      node: deps.node,
      orphans,
      draining: deps.drain.aborted,
    };
  }

  async function perform(step: Step, { view }: Situation): Promise<void> {
    switch (step.do) {
      case 'execute': {
        said = '';
        if (!(await steps.execute(step.run))) {
          orphans.add(step.run.address);
          log.error({ run: step.run.address, job: step.run.job }, 'a run has no job any more: leaving it');
        }
        return;
      }
      case 'recordEnd':
        return steps.recordEnd(step.current);
      case 'pin':
        return steps.pin(step.current);
      case 'finish':
        return steps.finish(step.current, step.run);
      case 'complete':
        return steps.complete(step.current, step.job);
      case 'quit':
        return steps.quit(step.current, step.run);
      case 'forget':
        return steps.forget(step.current, step.settled);
      case 'leaveQueue':
        return steps.leaveQueue();
      case 'work': {
        const why = await steps.obstacle(view);
        if (why === null) return steps.work();
        say('warn', `cannot enter the market: ${why}`);
        return wake.wait(deps.pollMs * OBSTACLE_POLLS, kill);
      }
      case 'wait': {
        if (view.market) {
          const position = view.market.waitingNodes.indexOf(deps.node) + 1;
          say('info', 'waiting in the queue', { position, nodes: view.market.waitingNodes.length });
        } else {
          say('warn', 'the market is gone; waiting for it to come back');
        }
        return wake.wait(deps.pollMs, kill);
      }
      case 'exit':
        return;
    }
  }

  // A `work` from before a crash may land yet: settle that first, or the node might enter twice.
  if (store.get().pendingWork) {
    await steps.work().catch((error: unknown) => {
      kill.throwIfAborted();
      log.info({ err: error }, 'the last attempt to enter the queue did not succeed');
    });
  }

  let failures = 0;
  for (;;) {
    const situation = await look();
    const step = decide(situation);
    if (step.do === 'exit') return;
    try {
      await perform(step, situation);
      failures = 0;
    } catch (error) {
      kill.throwIfAborted();
      failures += 1;
      log.warn({ err: error, step: step.do, failures }, 'a step failed; trying again');
      await wake.wait(backoffMs(failures), kill);
    }
  }
}
