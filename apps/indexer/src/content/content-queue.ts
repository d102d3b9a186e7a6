import type { Database } from '@inferscan/db';

/** A document to fetch, or to look at again. */
export interface ContentTask {
  readonly cid: string;
  readonly attempts: number;
  /** It was fetched before: only what is derived from it is missing. */
  readonly fetched: boolean;
}

export interface FailedAttempt {
  readonly message: string;
  /** false: it will be the same for ever. */
  readonly retryable: boolean;
}

/** The table of documents as a queue: a row is due when its next_attempt_at has passed. */
export interface ContentQueue {
  /** Due documents but those in `busy`, latest first: somebody waits for those, a backlog can. */
  due(limit: number, busy: readonly string[]): Promise<ContentTask[]>;
  failed(task: ContentTask, failure: FailedAttempt): Promise<void>;
}

/** After so many failures a document counts as missing; it is still asked for, ever more rarely. */
const MISSING_AFTER = 8;
const FIRST_PAUSE_S = 0.25;
const MAX_PAUSE_S = 6 * 3_600;

/** Pause after the failure number `attempts`, in seconds: doubling from 0.25 s to 6 h, with jitter. */
export function retryPauseSeconds(attempts: number): number {
  const full = Math.min(MAX_PAUSE_S, FIRST_PAUSE_S * 2 ** Math.min(attempts - 1, 40));
  return full * (0.75 + 0.5 * Math.random());
}

export function createContentQueue({ pool }: Database): ContentQueue {
  return {
    async due(limit, busy) {
      const { rows } = await pool.query<ContentTask>(
        `SELECT cid, attempts, json IS NOT NULL AS fetched FROM content
         WHERE next_attempt_at <= now() AND cid <> ALL ($2)
         ORDER BY next_attempt_at DESC LIMIT $1`,
        [limit, busy],
      );
      return rows;
    },
    async failed({ cid, attempts }, { message, retryable }) {
      const count = attempts + 1;
      const status = !retryable ? 'invalid' : count >= MISSING_AFTER ? 'missing' : 'pending';
      await pool.query(
        `UPDATE content SET status = $2, attempts = $3, error = $4,
           next_attempt_at = CASE WHEN $5 THEN now() + make_interval(secs => $6) END
         WHERE cid = $1`,
        [cid, status, count, message.slice(0, 1_000), retryable, retryPauseSeconds(count)],
      );
    },
  };
}
