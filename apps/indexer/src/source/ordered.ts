/**
 * Runs `work` on items ahead of the consumer, at most `ahead` at once, and yields the results in order.
 * The first error, of the items or the work, reaches the consumer in its place; nothing is started after it.
 */
export async function* mapAhead<Item, Result>(
  items: AsyncIterable<Item> | Iterable<Item>,
  ahead: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result, void> {
  const queue: Promise<Result>[] = [];
  const iterator: AsyncIterator<Item> | Iterator<Item> =
    Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  let exhausted = false;
  try {
    for (;;) {
      while (!exhausted && queue.length < ahead) {
        const next = await iterator.next();
        if (next.done) exhausted = true;
        else {
          const started = work(next.value);
          // Delivered below, in order; until then it is not unhandled.
          started.catch(() => {});
          queue.push(started);
        }
      }
      const first = queue.shift();
      if (first === undefined) return;
      yield await first;
    }
  } finally {
    await iterator.return?.();
  }
}
