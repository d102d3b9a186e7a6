import type { Database } from '@inferscan/db';

export interface ContentQueueSize {
  readonly fresh: number;
  readonly retries: number;
}

/** The last count stands for so long. */
const FRESH_MS = 30_000;
/** Counting millions takes seconds: then it stands for so many times as long as it took. */
const FRESH_TIMES = 100;

/**
 * Counts documents that wait to be fetched, at most every 30 seconds, and less often where that takes long; null while the database
 * does not answer.
 */
export function createQueueCounter(
  { pool }: Pick<Database, 'pool'>,
  now: () => number = Date.now,
): () => Promise<ContentQueueSize | null> {
  let counted: ContentQueueSize | null = null;
  let freshUntil = Number.NEGATIVE_INFINITY;
  return async () => {
    const since = now();
    if (since < freshUntil) return counted;
    freshUntil = since + FRESH_MS;
    try {
      const { rows } = await pool.query<{ fresh: bigint; retries: bigint }>(
        `SELECT count(*) FILTER (WHERE NOT retrying) AS fresh, count(*) FILTER (WHERE retrying) AS retries
         FROM content WHERE next_attempt_at IS NOT NULL`,
      );
      counted = { fresh: Number(rows[0]?.fresh ?? 0), retries: Number(rows[0]?.retries ?? 0) };
      const countedAt = now();
      freshUntil = Math.max(freshUntil, countedAt + (countedAt - since) * FRESH_TIMES);
    } catch {
      counted = null;
    }
    return counted;
  };
}
