/**
 * Runs work on all items at once. The first that fails stops the others, and is told when all of them have ended: nothing
 * goes on behind the caller's back.
 */
export async function sideBySide<Item, Result>(
  items: Iterable<Item>,
  work: (item: Item, signal: AbortSignal) => Promise<Result>,
  outer: AbortSignal,
): Promise<Result[]> {
  const stop = new AbortController();
  const signal = AbortSignal.any([outer, stop.signal]);
  const outcomes = await Promise.allSettled(
    [...items].map(async (item) => {
      try {
        return await work(item, signal);
      } catch (error) {
        // Only the first counts: what others then say is that they were stopped.
        stop.abort(error);
        throw error;
      }
    }),
  );
  if (stop.signal.aborted) throw stop.signal.reason;
  return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
}
