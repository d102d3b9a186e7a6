export interface OrderedWork<T> {
  /** How often `work` is done, with 0 to `count - 1`. */
  count: number;
  /** How many are done at one time. */
  atOnce: number;
  work(index: number, signal: AbortSignal): Promise<T>;
  /** Told of every result in the order of the indices, as soon as all before it are there. */
  done(index: number, result: T): void;
}

/**
 * Does many things at once that belong in an order. Where one fails, those before it are still finished and those behind it
 * stopped, so that what is told does not depend on which came first.
 * @throws the error of the first in order that failed; the signal's reason when it aborts. Nothing runs any more by then.
 */
export async function inOrder<T>(plan: OrderedWork<T>, signal: AbortSignal): Promise<void> {
  const { count, atOnce, work, done } = plan;
  const running = new Map<number, AbortController>();
  const finished = new Map<number, T>();
  let begun = 0;
  let told = 0;
  let end = count;
  let failure: unknown;

  function tell(): void {
    for (; told < end && finished.has(told); told++) {
      const result = finished.get(told) as T;
      finished.delete(told);
      done(told, result);
    }
  }

  async function lane(): Promise<void> {
    while (begun < end && !signal.aborted) {
      const index = begun++;
      const controller = new AbortController();
      running.set(index, controller);
      try {
        finished.set(index, await work(index, controller.signal));
        tell();
      } catch (error) {
        if (index >= end) continue;
        [end, failure] = [index, error];
        for (const [other, controller] of running) if (other > index) controller.abort(error);
      } finally {
        running.delete(index);
      }
    }
  }

  const onAbort = () => {
    for (const controller of running.values()) controller.abort(signal.reason);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await Promise.all(Array.from({ length: Math.min(atOnce, count) }, lane));
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
  signal.throwIfAborted();
  if (end < count) throw failure;
}
