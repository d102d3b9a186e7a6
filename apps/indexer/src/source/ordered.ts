/**
 * Runs `work` on items ahead of the consumer, at most `ahead` at once, and yields the results in order, each as soon as it is there:
 * items that are still to come hold nothing up. The first error, of the items or the work, reaches the consumer in its place;
 * no work is started after it.
 */
export async function* mapAhead<Item, Result>(
  items: AsyncIterable<Item> | Iterable<Item>,
  ahead: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result, void> {
  const iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  let failed = false;
  const begin = async (): Promise<IteratorResult<Result, void>> => {
    try {
      const next = await iterator.next();
      return next.done === true || failed ? END : { done: false, value: await work(next.value) };
    } catch (error) {
      failed = true;
      throw error;
    }
  };
  const queue: Promise<IteratorResult<Result, void>>[] = [];
  try {
    for (;;) {
      while (queue.length < ahead) {
        const begun = begin();
        // Delivered below, in order; until then it is not unhandled.
        begun.catch(() => {});
        queue.push(begun);
      }
      const first = await queue.shift();
      if (first === undefined || first.done === true) return;
      yield first.value;
    }
  } finally {
    failed = true;
    await iterator.return?.();
  }
}

const END = { done: true, value: undefined } as const;
