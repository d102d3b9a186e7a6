import type { Address } from '@solana/kit';
import { nodeJoined, nodeLeft, updateNode } from './nodes.js';
import { queueHolds, remove, replace } from './queue.js';
import type { RunRecord } from './records.js';
import { type Step, saveJob, saveMarket } from './step.js';

// The queue gave a run the wrong partner, because history is missing or an order was on chain longer than its date says. Who
// was believed to have been taken still waits, in the place of the one that really was.

/** Exchanges in a market's queue; tells whether the right one stood there, which it cannot have. */
function exchange(
  step: Step,
  run: RunRecord,
  kind: 'jobs' | 'nodes',
  real: Address,
  believed: Address,
): boolean {
  const market = step.state.markets.get(run.market);
  if (!market || !queueHolds(market, kind) || !market.queue.includes(real)) return false;
  const isThere = market.queue.includes(believed);
  const put = isThere ? remove(market, kind, real) : replace(market, kind, real, believed);
  if (put) saveMarket(step, put);
  return !isThere;
}

export function nodeWasAnother(step: Step, run: RunRecord, real: Address): void {
  updateNode(step, run.node, ({ runsStarted }) => ({ runsStarted: runsStarted - 1 }));
  updateNode(step, real, ({ runsStarted }) => ({ runsStarted: runsStarted + 1 }));
  const waitsStill = exchange(step, run, 'nodes', real, run.node);
  const market = step.state.markets.get(run.market);
  if (market && !market.queue.includes(real)) nodeLeft(step, real, run.market);
  if (waitsStill) nodeJoined(step, run.node, run.market);
}

export function jobWasAnother(step: Step, run: RunRecord, real: Address): void {
  const believed = step.state.jobs.get(run.job);
  const waitsStill = exchange(step, run, 'jobs', real, run.job);
  if (believed?.runId !== run.id || believed.status !== 'running') return;
  saveJob(step, {
    ...believed,
    status: waitsStill ? 'queued' : 'unqueued',
    node: null,
    runId: null,
    startedAt: null,
  });
}
