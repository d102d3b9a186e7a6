import { linkSignals } from '@inferscan/storage/linked-signal';

/**
 * Asks for the next item while the consumer is busy with one. Order stays, an error reaches the consumer in its place, and
 * whoever leaves early ends what was begun. After an abort nothing more is given, not even what was there already.
 * @param items must end soon after the signal it is given
 */
export async function* readAhead<Item>(
  items: (signal: AbortSignal) => AsyncGenerator<Item, void>,
  signal: AbortSignal,
): AsyncGenerator<Item, void> {
  const reading = linkSignals(signal);
  const iterator = items(reading.signal);
  const ask = (): Promise<IteratorResult<Item, void>> => {
    const asked = iterator.next();
    // Told when its turn comes; until then it is not unhandled.
    asked.catch(() => {});
    return asked;
  };
  try {
    let next = ask();
    for (;;) {
      const { done, value } = await next;
      if (done === true || signal.aborted) return;
      next = ask();
      yield value;
    }
  } finally {
    reading.abort();
    await iterator.return();
    reading.release();
  }
}
