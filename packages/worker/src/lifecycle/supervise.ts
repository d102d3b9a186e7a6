import type { FlowState } from '@inferscan/formats';
import { linkSignals } from '@inferscan/storage/linked-signal';

import { JOB_DONE, type Job, type Run } from '../chain/accounts.js';
import type { ChainReader } from '../chain/reader.js';
import type { ChainWatcher } from '../chain/watcher.js';
import { ExecutionStopped } from '../execution/stop.js';

/** The longest a timer can wait. */
const MAX_TIMER_MS = 2 ** 31 - 1;

export interface Supervision {
  reader: ChainReader;
  watcher: ChainWatcher;
  pollMs: number;
  /** Stops the execution because the node has to go. */
  shutdown: AbortSignal;
  /** Ends everything at once. */
  kill: AbortSignal;
}

/**
 * Runs `execute` for as long as the job may run: it is stopped when the job's timeout has passed (as extended meanwhile),
 * when its poster ends it, and when the node shuts down.
 */
export async function supervise(
  deps: Supervision,
  run: Run,
  job: Job,
  execute: (signal: AbortSignal) => Promise<FlowState>,
): Promise<FlowState> {
  const { reader, watcher, shutdown, kill } = deps;
  const stop = new AbortController();
  const finished = linkSignals(kill);
  const watching = finished.signal;
  const onShutdown = () => stop.abort(new ExecutionStopped('shutdown'));

  // Elapsed time by this machine's steady clock, counted from the chain's time now.
  const chainNow = await reader.now(kill);
  const measuredAt = performance.now();
  let timeout = job.timeout;
  let timer: NodeJS.Timeout | undefined;
  const arm = () => {
    clearTimeout(timer);
    const left = Number(run.startedAt + timeout - chainNow) * 1000 - (performance.now() - measuredAt);
    if (left <= 0) stop.abort(new ExecutionStopped('expired'));
    else timer = setTimeout(arm, Math.min(left, MAX_TIMER_MS));
  };

  async function watch(): Promise<void> {
    const latch = watcher.watchAccounts([run.address, run.job], watching);
    while (!watching.aborted) {
      await latch.wait(deps.pollMs, watching);
      if ((await reader.run(run.address, watching)) === null) {
        stop.abort(new ExecutionStopped('ended'));
        return;
      }
      const fresh = await reader.job(run.job, watching);
      if (fresh?.state === JOB_DONE) {
        // Somebody else who had taken it over was quicker.
        stop.abort(new ExecutionStopped('ended'));
        return;
      }
      if (fresh && fresh.timeout !== timeout) {
        timeout = fresh.timeout;
        arm();
      }
    }
  }

  arm();
  const leaving = linkSignals(shutdown, kill);
  if (leaving.signal.aborted) onShutdown();
  leaving.signal.addEventListener('abort', onShutdown, { once: true });
  const watched = watch().catch((error: unknown) => {
    if (!watching.aborted) throw error;
  });
  try {
    return await Promise.race([
      execute(stop.signal),
      // Only a failure to watch ends the race; an end of watching does not.
      watched.then(() => new Promise<never>(() => undefined)),
    ]);
  } finally {
    clearTimeout(timer);
    leaving.release();
    finished.abort(new Error('the execution is over'));
    finished.release();
  }
}
