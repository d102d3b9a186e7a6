import { setTimeout as sleep } from 'node:timers/promises';

export interface BackoffOptions {
  /** Delay after the first failure, milliseconds. */
  baseMs?: number;
  capMs?: number;
}

/** Milliseconds to wait after `failures` failures in a row: doubling, capped, half of it random. */
export function backoffMs(failures: number, { baseMs = 250, capMs = 15_000 }: BackoffOptions = {}): number {
  const full = Math.min(capMs, baseMs * 2 ** Math.min(Math.max(failures - 1, 0), 30));
  return full / 2 + Math.random() * (full / 2);
}

/** Sleeps, or rejects with the signal's reason as soon as it aborts. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  }
}
