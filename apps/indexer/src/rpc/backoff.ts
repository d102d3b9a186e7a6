import { setTimeout as delay } from 'node:timers/promises';

export interface BackoffOptions {
  readonly firstMs?: number;
  readonly maxMs?: number;
}

/** Pause before attempt `attempt` + 1, with full jitter above a quarter so that clients do not march in step. */
export function backoffMs(attempt: number, { firstMs = 100, maxMs = 10_000 }: BackoffOptions = {}): number {
  const full = Math.min(maxMs, firstMs * 2 ** Math.min(attempt, 30));
  return full * (0.25 + 0.75 * Math.random());
}

/** Waits. @throws the signal's reason when aborted */
export async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  try {
    await delay(milliseconds, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
