import { setMaxListeners } from 'node:events';

import { linkSignals } from '@inferscan/storage/linked-signal';

/** More than that would be listeners that nobody takes away: Node says so on stderr. */
const MAX_LISTENERS = 200;

/**
 * Asks for the next items while the consumer is busy with one. Order stays, an error reaches the consumer in its place, and
 * whoever leaves early ends what was begun. After an abort nothing more is given, not even what was there already.
 * @param items must end soon after the signal it is given
 * @param ahead items asked for beyond the one that the consumer has, at least 1
 */
export async function* readAhead<Item>(
  items: (signal: AbortSignal) => AsyncGenerator<Item, void>,
  ahead: number,
  signal: AbortSignal,
): AsyncGenerator<Item, void> {
  const reading = linkSignals(signal);
  // Everything that is read at once listens to it, a dozen batches in several parts; each lets go when it is done.
  setMaxListeners(MAX_LISTENERS, reading.signal);
  const iterator = items(reading.signal);
  const ask = (): Promise<IteratorResult<Item, void>> => {
    const asked = iterator.next();
    // Told when its turn comes; until then it is not unhandled.
    asked.catch(() => {});
    return asked;
  };
  try {
    // A generator answers in the order it was asked.
    const asked = [ask()];
    for (let next = asked.shift(); next !== undefined; next = asked.shift()) {
      const { done, value } = await next;
      if (done === true || signal.aborted) return;
      while (asked.length < ahead) asked.push(ask());
      yield value;
    }
  } finally {
    reading.abort();
    await iterator.return();
    reading.release();
  }
}
