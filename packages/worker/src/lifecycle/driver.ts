import type { Address } from '@solana/kit';

import type { Run } from '../chain/accounts.js';
import type { Latch } from '../chain/latch.js';
import type { ChainReader } from '../chain/reader.js';
import { backoffMs } from '../chain/retry.js';
import type { Logger } from '../log.js';
import type { NodeObserver } from '../metrics/node-metrics.js';
import type { StateStore } from '../state/store.js';
import type { Books } from './books.js';
import type { MarketOption } from './choose-market.js';
import type { Conditions } from './conditions.js';
import { decide, type Situation, type Step } from './decide.js';
import { obstacle, type Standing, walletObstacle } from './eligibility.js';
import type { Entering } from './entering.js';
import { findHandedBack, type HandedBack } from './handed-back.js';
import { whyLeaveAlone } from './precedence.js';
import { createQueueMemory } from './queue-memory.js';
import { createStatements } from './statements.js';
import type { Steps } from './steps.js';

export interface DriverDeps {
  node: Address;
  /** Those to work in, by preference. */
  markets: readonly Address[];
  patienceMs: number;
  reader: ChainReader;
  conditions: Conditions;
  books: Books;
  store: StateStore;
  steps: Steps;
  entering: Entering;
  /** Whether jobs that other nodes handed back are taken over. */
  takesOver: boolean;
  /** Base units of NOS per hour. */
  minPerHour: bigint;
  /** Notified when it is worth looking again. */
  wake: Latch;
  log: Logger;
  observer: NodeObserver | undefined;
  pollMs: number;
  /** Aborted when the node shall leave. */
  drain: AbortSignal;
  kill: AbortSignal;
}

/** What keeps a node out of a market seldom changes: it is asked for this much more seldom than the rest. */
const OBSTACLE_POLLS = 5;
/** Finality takes some thirty slots: it is asked for this much more seldom than the rest. */
const BOOK_POLLS = 3;
/** Jobs that were handed back have waited already: they are looked for this much more seldom than the rest. */
const HANDED_BACK_POLLS = 10;

/** Looks, decides, acts, until the node has left. */
export async function drive(deps: DriverDeps): Promise<void> {
  const { reader, store, steps, entering, wake, log, kill, pollMs } = deps;
  const orphans = new Set<Address>();
  /** Jobs that this process gave back: it would do no better the next time. */
  const givenUp = new Set<Address>();
  let handedBackFrom = 0;
  const memory = createQueueMemory(deps.patienceMs);
  const statements = createStatements(log);

  async function look(): Promise<Situation> {
    const { current, lastMarket } = store.get();
    const seen = await reader.view(
      [...new Set([...deps.markets, ...(lastMarket ? [lastMarket] : [])])],
      kill,
    );
    const runs = [...seen.runs];
    if (current && !runs.some(({ address }) => address === current.run)) {
      // A list that lacks it does not prove that it is closed.
      const run = await reader.run(current.run, kill);
      if (run) runs.push(run);
    }
    const aside = await setAside(runs);
    const isRunning = runs.some(({ address }) => !aside.has(address));
    const isIdle = !current && !isRunning && seen.places.every(({ ahead }) => ahead === null);
    const standing = await deps.conditions.read(isIdle && !deps.drain.aborted);
    const markets = seen.places.map(
      (place): MarketOption => ({
        ...place,
        wanted: deps.markets.includes(place.address),
        obstacle: obstacle(place.market, standing),
      }),
    );
    stateConditions(standing, markets);
    tellObserver(markets, isRunning);
    return {
      markets,
      queue: memory.observe(seen.places),
      patienceMs: deps.patienceMs,
      runs,
      current,
      currentJob: current ? await reader.job(current.job, kill) : null,
      node: deps.node,
      orphans: aside,
      handedBack: current || isRunning ? null : await lookForHandedBack(markets),
      draining: deps.drain.aborted,
    };
  }

  /** Runs that this node leaves alone: those without a job, and those of a job that another node is entitled to. */
  async function setAside(runs: readonly Run[]): Promise<ReadonlySet<Address>> {
    const aside = new Set(orphans);
    for (const run of runs) {
      if (aside.has(run.address)) continue;
      const why = await whyLeaveAlone(run, reader, kill);
      const topic = `run ${run.address}`;
      if (why === null) statements.end(topic);
      else {
        aside.add(run.address);
        statements.say(topic, 'warn', `leaving a run alone: ${why}`, { job: run.job, run: run.address });
      }
    }
    return aside;
  }

  async function lookForHandedBack(markets: readonly MarketOption[]): Promise<HandedBack | null> {
    if (!deps.takesOver || deps.drain.aborted || performance.now() < handedBackFrom) return null;
    handedBackFrom = performance.now() + HANDED_BACK_POLLS * pollMs;
    return findHandedBack(deps, markets, givenUp);
  }

  function tellObserver(markets: readonly MarketOption[], isRunning: boolean): void {
    const waits = markets.find(({ ahead }) => ahead !== null);
    deps.observer?.looked({
      queue: waits
        ? {
            market: waits.address,
            position: (waits.ahead ?? 0) + 1,
            nodes: waits.market?.waitingNodes.length ?? 0,
          }
        : null,
      isRunning,
      book: store.get().book,
    });
  }

  /** Says what keeps the node from earning, and when it no longer does. */
  function stateConditions(standing: Standing, markets: readonly MarketOption[]): void {
    const wallet = walletObstacle(standing);
    if (wallet) statements.say('wallet', 'warn', `cannot take jobs: ${wallet.message}`);
    else statements.end('wallet', 'the wallet has enough SOL again');
    if (standing.pinning === null) statements.end('pinning', 'the pinning service takes documents again');
    else statements.say('pinning', 'warn', `cannot take jobs: results cannot be pinned: ${standing.pinning}`);
    for (const { address, wanted, obstacle } of markets) {
      if (!wanted) continue;
      const topic = `market ${address}`;
      if (obstacle === null) statements.end(topic, `the market ${address} can be entered again`);
      else if (obstacle.about !== 'wallet' && obstacle.about !== 'pinning') {
        statements.say(topic, 'warn', `cannot enter the market ${address}: ${obstacle.message}`);
      }
    }
  }

  async function perform(step: Step): Promise<void> {
    switch (step.do) {
      case 'execute': {
        statements.end('queue');
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
        givenUp.add(step.run.job);
        return steps.quit(step.current, step.run);
      case 'forget':
        return steps.forget(step.current, step.settled);
      case 'leaveQueue':
        memory.passOver(step.passOver);
        await entering.leaveQueue(step.market);
        statements.end('queue');
        return log.info({ market: step.market, why: step.why }, 'left the queue');
      case 'work':
        await steps.register();
        return entering.work(step.market);
      case 'takeOver':
        return entering.takeOver(step.handedBack, step.queued);
      case 'wait': {
        if (step.market === null) return wake.wait(pollMs * OBSTACLE_POLLS, kill);
        const { address, ahead, market } = step.market;
        statements.say('queue', 'info', 'waiting in the queue', {
          market: address,
          position: (ahead ?? 0) + 1,
          nodes: market?.waitingNodes.length,
        });
        return wake.wait(pollMs, kill);
      }
      case 'exit':
        return;
    }
  }

  // A `work` from before a crash may land yet: settle that first, or the node might enter twice.
  if (store.get().pendingWork) {
    await entering.settlePendingWork().catch((error: unknown) => {
      kill.throwIfAborted();
      log.info({ err: error }, 'the last attempt to enter the queue did not succeed');
    });
  }

  let bookFrom = 0;
  for (let failures = 0; ; ) {
    let doing: Step['do'] | 'look' = 'look';
    try {
      if (performance.now() >= bookFrom) {
        await deps.books.enterFinal();
        bookFrom = performance.now() + BOOK_POLLS * pollMs;
      }
      const step = decide(await look());
      if (step.do === 'exit') return;
      doing = step.do;
      await perform(step);
      failures = 0;
      statements.end('step', 'what failed has succeeded');
    } catch (error) {
      kill.throwIfAborted();
      failures += 1;
      const reason = error instanceof Error ? error.message : String(error);
      statements.say('step', 'warn', `${doing} failed, and is tried again until it succeeds: ${reason}`, {
        err: error,
        step: doing,
      });
      await wake.wait(backoffMs(failures), kill);
    }
  }
}
