import type { Database } from '@inferscan/db';

/** A document to fetch, or to look at again. */
export interface ContentTask {
  readonly cid: string;
  readonly attempts: number;
  /** It was fetched before: only what is derived from it is missing. */
  readonly fetched: boolean;
  /** It was asked for in vain before. */
  readonly retrying: boolean;
}

/** Most documents to hand out from each lane. */
export interface Lanes {
  readonly fresh: number;
  readonly retries: number;
}

/** The table of documents as a queue: a row is due when its next_attempt_at has passed. */
export interface ContentQueue {
  /**
   * Due documents but those in `busy`, latest first: somebody waits for those, a backlog can. Fresh ones and retries have
   * lanes of their own, so that neither documents that nobody has nor a backlog hold the others up.
   */
  due(lanes: Lanes, busy: readonly string[]): Promise<ContentTask[]>;
}

/** After so many failures a document counts as missing; it is still asked for, ever more rarely. */
export const MISSING_AFTER = 8;
const FIRST_PAUSE_S = 0.25;
const MAX_PAUSE_S = 6 * 3_600;

/** Pause after the failure number `attempts`, in seconds: doubling from 0.25 s to 6 h, with jitter. */
export function retryPauseSeconds(attempts: number): number {
  const full = Math.min(MAX_PAUSE_S, FIRST_PAUSE_S * 2 ** Math.min(attempts - 1, 40));
  return full * (0.75 + 0.5 * Math.random());
}

const LANE = `
  SELECT cid, attempts, json IS NOT NULL AS fetched, retrying FROM content
  WHERE retrying = $LANE AND next_attempt_at <= now() AND cid <> ALL ($1)
  ORDER BY next_attempt_at DESC`;

export function createContentQueue({ pool }: Database): ContentQueue {
  return {
    async due({ fresh, retries }, busy) {
      const { rows } = await pool.query<ContentTask>(
        `(${LANE.replace('$LANE', 'false')} LIMIT $2) UNION ALL (${LANE.replace('$LANE', 'true')} LIMIT $3)`,
        [busy, Math.max(0, fresh), Math.max(0, retries)],
      );
      return rows;
    },
  };
}
