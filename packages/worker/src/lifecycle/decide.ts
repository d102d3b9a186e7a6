import type { Address } from '@solana/kit';

import { JOB_DONE, type Job, type NodeView, type Run } from '../chain/accounts.js';
import type { CurrentRun } from '../state/record.js';

/** Everything the next step depends on. */
export interface Situation {
  view: NodeView;
  /** The run being worked at, from disk. */
  current: CurrentRun | null;
  /** Account of `current.job`, read after the view; null if it is gone. */
  currentJob: Job | null;
  node: Address;
  /** Runs that cannot be served, because their job's account is gone. */
  orphans: ReadonlySet<Address>;
  /** The node shall leave: no new job is taken. */
  draining: boolean;
}

/** What to do next. Each step is safe to repeat after a crash in the middle of it. */
export type Step =
  /** Begin a run, or begin it again. */
  | { do: 'execute'; run: Run }
  | { do: 'pin'; current: CurrentRun }
  | { do: 'finish'; current: CurrentRun; run: Run }
  /** Give a run back whose result the chain refuses. */
  | { do: 'quit'; current: CurrentRun; run: Run }
  /** The poster ended the job before a result was made: make one that says so. */
  | { do: 'recordEnd'; current: CurrentRun }
  /** The poster ended the job: hand in the result anyway. */
  | { do: 'complete'; current: CurrentRun; job: Job }
  /** Nothing is left to do for the run on disk. */
  | { do: 'forget'; current: CurrentRun; settled: boolean }
  | { do: 'work' }
  | { do: 'wait' }
  | { do: 'leaveQueue' }
  | { do: 'exit' };

/** So often the chain may refuse a result before the job is given back. */
export const MAX_REFUSALS = 3;

/**
 * Decides the next step from what the chain and the disk say now, never from what happened before:
 * a crash, a missed notification or a transaction that landed unseen changes nothing.
 */
export function decide(situation: Situation): Step {
  const { view, current, orphans, draining } = situation;
  const runs = view.runs.filter((run) => !orphans.has(run.address));

  if (current) {
    const run = runs.find((candidate) => candidate.address === current.run);
    return run ? continueRun(current, run) : closeRun(current, situation);
  }
  const next = runs[0];
  if (next) return { do: 'execute', run: next };
  if (draining) return { do: view.inQueue ? 'leaveQueue' : 'exit' };
  if (view.market === null) return { do: 'wait' };
  return { do: view.inQueue ? 'wait' : 'work' };
}

function continueRun(current: CurrentRun, run: Run): Step {
  switch (current.stage) {
    case 'executing':
      return { do: 'execute', run };
    case 'executed':
      return { do: 'pin', current };
    case 'pinned':
      return { do: current.refusals >= MAX_REFUSALS ? 'quit' : 'finish', current, run };
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
      return { do: 'recordEnd', current };
    case 'executed':
      return { do: 'pin', current };
    case 'pinned':
      return { do: 'complete', current, job };
  }
}
