import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits for work that is told to end by a signal, and no longer than so many milliseconds after that.
 * @returns what the work gives, or `late` where it has not ended by then
 */
export async function notLongAfter<T, L>(
  signal: AbortSignal,
  ms: number,
  work: Promise<T>,
  late: () => L,
): Promise<T | L> {
  const over = new AbortController();
  let onAbort: () => void = () => undefined;
  const aborted = new Promise<void>((resolve) => {
    onAbort = resolve;
  });
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  // Of a signal that never aborts nothing comes.
  const given = aborted.then(() => sleep(ms, undefined, { signal: over.signal })).then(late);
  given.catch(() => undefined);
  try {
    return await Promise.race([work, given]);
  } finally {
    signal.removeEventListener('abort', onAbort);
    over.abort();
  }
}
