import type { Database } from '@inferscan/db';

import { inTransaction } from '../store/transaction.js';
import { retentionLimit } from './limit.js';

/** Documents looked at in one transaction. */
const PAGE = 500;

/**
 * Drops the text of the next documents by CID that no job of the last days names, and that no outcome still waits for. What was
 * read from them stays, and where a later job names one it is fetched again.
 * @returns where to go on; null: that were all
 */
export function dropDocuments(
  { pool }: Pick<Database, 'pool'>,
  days: number,
  after: string,
): Promise<string | null> {
  return inTransaction(pool, async (client) => {
    const limit = await retentionLimit(client, days);
    if (limit === null) return null;
    // Rows that are just being read, or written, are left for the next time.
    const { rows } = await client.query<{ cid: string; is_over: boolean }>(
      `SELECT cid, status = 'fetched' AND json IS NOT NULL AND next_attempt_at IS NULL AS is_over
       FROM content WHERE cid > $1 ORDER BY cid LIMIT ${PAGE} FOR UPDATE SKIP LOCKED`,
      [after],
    );
    const over = rows.filter(({ is_over }) => is_over).map(({ cid }) => cid);
    if (over.length > 0) {
      await client.query(
        `UPDATE content AS c SET json = NULL, dropped_at = now()
         WHERE cid = ANY ($1)
           AND NOT EXISTS (SELECT FROM job WHERE definition_cid = c.cid AND (listed_at >= $2 OR listed_at IS NULL))
           AND NOT EXISTS (SELECT FROM job WHERE result_cid = c.cid AND (listed_at >= $2 OR listed_at IS NULL))
           AND NOT EXISTS (SELECT FROM result_facts WHERE cid = c.cid AND waits_for IS NOT NULL)
           AND NOT EXISTS (SELECT FROM result_facts WHERE definition_cid = c.cid AND waits_for IS NOT NULL)`,
        [over, limit.time],
      );
    }
    return rows.length === PAGE ? (rows.at(-1)?.cid ?? null) : null;
  });
}
