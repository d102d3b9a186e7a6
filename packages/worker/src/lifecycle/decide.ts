import type { Address } from '@solana/kit';

import { JOB_DONE, type Job, type Run } from '../chain/accounts.js';
import type { CurrentRun } from '../state/record.js';
import { chooseMarket, type MarketOption, type QueueMemory } from './choose-market.js';
import type { HandedBack } from './handed-back.js';

/** Everything the next step depends on. */
export interface Situation {
  /** The markets by preference, and others in whose queue the node may be. */
  markets: readonly MarketOption[];
  queue: QueueMemory;
  patienceMs: number;
  /** Runs of this node, the oldest first. */
  runs: readonly Run[];
  /** The run being worked at, from disk. */
  current: CurrentRun | null;
  /** Account of `current.job`, read after the runs; null if it is gone. */
  currentJob: Job | null;
  node: Address;
  /** Runs that are left alone: their job's account is gone, or another node is entitled to the job. */
  orphans: ReadonlySet<Address>;
  /** A job to take over, where one was looked for and found. */
  handedBack: HandedBack | null;
  /** The node shall leave: no new job is taken. */
  draining: boolean;
}

/** What to do next. Each step is safe to repeat after a crash in the middle of it. */
export type Step =
  /** Begin a run, or begin it again. */
  | { do: 'execute'; run: Run }
  | { do: 'pin'; current: CurrentRun }
  | { do: 'finish'; current: CurrentRun; run: Run }
  /** Give a run back: the chain refuses its result, or the node has to go before there is one. */
  | { do: 'quit'; current: CurrentRun; run: Run }
  /** The poster ended the job before a result was made: make one that says so. */
  | { do: 'recordEnd'; current: CurrentRun }
  /** The poster ended the job: hand in the result anyway. */
  | { do: 'complete'; current: CurrentRun; job: Job }
  /** Nothing is left to do for the run on disk. */
  | { do: 'forget'; current: CurrentRun; settled: boolean }
  | { do: 'work'; market: MarketOption }
  /** `queued`: the queue that the node leaves for it. */
  | { do: 'takeOver'; handedBack: HandedBack; queued: Address | null }
  /** In a queue, or, where `market` is null, for a market to become acceptable. */
  | { do: 'wait'; market: MarketOption | null }
  | { do: 'leaveQueue'; market: Address; why: string; passOver: readonly Address[] }
  | { do: 'exit' };

/** So often the chain may refuse a result before the job is given back. */
export const MAX_REFUSALS = 3;

/**
 * Decides the next step from what the chain and the disk say now, never from what happened before:
 * a crash, a missed notification or a transaction that landed unseen changes nothing.
 */
export function decide(situation: Situation): Step {
  const { current, orphans } = situation;
  const runs = situation.runs.filter((run) => !orphans.has(run.address));
  const next = runs[0];
  // A second job would come, and be paid for, while the first one runs.
  if (next) {
    const queued = situation.markets.find(({ ahead }) => ahead !== null);
    if (queued) {
      return { do: 'leaveQueue', market: queued.address, why: 'the node has a job', passOver: [] };
    }
  }
  if (current) {
    const run = runs.find((candidate) => candidate.address === current.run);
    return run ? continueRun(current, run, situation.draining) : closeRun(current, situation);
  }
  if (next) return { do: 'execute', run: next };
  return queueUp(situation);
}

function queueUp({ markets, queue, patienceMs, draining, handedBack }: Situation): Step {
  const queued = markets.find(({ ahead }) => ahead !== null);
  if (draining) {
    if (!queued) return { do: 'exit' };
    return { do: 'leaveQueue', market: queued.address, why: 'the node is to leave', passOver: [] };
  }
  if (handedBack) return { do: 'takeOver', handedBack, queued: queued?.address ?? null };
  const chosen = chooseMarket(markets, queue, patienceMs);
  switch (chosen.choice) {
    case 'none':
      return { do: 'wait', market: null };
    case 'enter':
      return { do: 'work', market: chosen.option };
    case 'stay':
      return { do: 'wait', market: chosen.option };
    case 'leave': {
      const { option, why, passOver } = chosen;
      return { do: 'leaveQueue', market: option.address, why, passOver };
    }
  }
}

function continueRun(current: CurrentRun, run: Run, draining: boolean): Step {
  switch (current.stage) {
    case 'executing':
      return { do: 'execute', run };
    case 'executed':
      return { do: 'pin', current };
    case 'pinned':
      return { do: current.refusals >= MAX_REFUSALS ? 'quit' : 'finish', current, run };
    case 'abandoned':
      // A node that is back before it could hand the run back may as well do it.
      return draining ? { do: 'quit', current, run } : { do: 'execute', run };
  }
}

/** The run account is gone: by our `finish` or `quit`, or because the poster or an admin closed it. */
function closeRun(current: CurrentRun, { currentJob: job, node }: Situation): Step {
  const ended = job !== null && job.state === JOB_DONE && job.node === node;
  if (!ended) return { do: 'forget', current, settled: false };
  if (job.resultDigest !== null) return { do: 'forget', current, settled: true };
  if (current.refusals >= MAX_REFUSALS) return { do: 'forget', current, settled: false };
  switch (current.stage) {
    case 'executing':
    case 'abandoned':
      return { do: 'recordEnd', current };
    case 'executed':
      return { do: 'pin', current };
    case 'pinned':
      return { do: 'complete', current, job };
  }
}
