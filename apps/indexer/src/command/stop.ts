import type { Log } from '../log.js';
import { EXIT } from './exit-codes.js';

/** The launcher, and most supervisors, kill after 10 s. */
const GRACE_MS = 8_000;

export interface Stop {
  readonly signal: AbortSignal;
  /** Stops listening: the process ends by itself. */
  done(): void;
}

/**
 * The first SIGINT or SIGTERM asks to end, between two commits. A second one, or 8 seconds, end the process as it is,
 * which loses nothing that was committed and commits nothing half.
 */
export function stopOnSignals(log: Pick<Log, 'info' | 'error'>): Stop {
  const stop = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const force = (reason: string): void => {
    log.error({ reason }, 'ending at once');
    process.exit(EXIT.failed);
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    if (stop.signal.aborted) {
      force(`${signal} came again`);
      return;
    }
    log.info({ signal }, 'stopping');
    stop.abort();
    timer = setTimeout(force, GRACE_MS, `it did not stop within ${GRACE_MS / 1_000} s`).unref();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    signal: stop.signal,
    done() {
      clearTimeout(timer);
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}
