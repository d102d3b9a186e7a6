import { linkSignals } from '@inferscan/storage/linked-signal';

/**
 * Runs work on all items at once. The first that fails stops the others, and is told when all of them have ended: nothing
 * goes on behind the caller's back.
 */
export async function sideBySide<Item, Result>(
  items: Iterable<Item>,
  work: (item: Item, signal: AbortSignal) => Promise<Result>,
  outer: AbortSignal,
): Promise<Result[]> {
  const ended = linkSignals(outer);
  const { signal } = ended;
  let failure: { error: unknown } | undefined;
  const outcomes = await Promise.allSettled(
    [...items].map(async (item) => {
      try {
        return await work(item, signal);
      } catch (error) {
        // Only the first counts: what others then say is that they were stopped.
        failure ??= { error };
        ended.abort(error);
        throw error;
      }
    }),
  );
  ended.release();
  if (failure) throw failure.error;
  return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
}
