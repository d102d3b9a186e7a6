import type { Database } from '@inferscan/db';

export interface ContentQueueSize {
  readonly fresh: number;
  readonly retries: number;
}

/** Counting a long queue takes a moment: the last count stands for so long. */
const FRESH_MS = 30_000;

/** Counts documents that wait to be fetched, at most every 30 seconds; null while the database does not answer. */
export function createQueueCounter(
  { pool }: Pick<Database, 'pool'>,
  now: () => number = Date.now,
): () => Promise<ContentQueueSize | null> {
  let counted: ContentQueueSize | null = null;
  let countedAt = Number.NEGATIVE_INFINITY;
  return async () => {
    if (now() - countedAt < FRESH_MS) return counted;
    countedAt = now();
    try {
      const { rows } = await pool.query<{ fresh: bigint; retries: bigint }>(
        `SELECT count(*) FILTER (WHERE NOT retrying) AS fresh, count(*) FILTER (WHERE retrying) AS retries
         FROM content WHERE next_attempt_at IS NOT NULL`,
      );
      counted = { fresh: Number(rows[0]?.fresh ?? 0), retries: Number(rows[0]?.retries ?? 0) };
    } catch {
      counted = null;
    }
    return counted;
  };
}
