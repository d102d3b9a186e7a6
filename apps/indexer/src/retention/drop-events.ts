import type { Database, DatabaseClient } from '@inferscan/db';
import { chainPosition } from '@inferscan/protocol';

import { inTransaction } from '../store/transaction.js';
import { noteDropped } from './kept.js';
import { retentionLimit } from './limit.js';

/** Whether there may be more to do at once. */
export type Step = 'more' | 'done';

/** Rows deleted in one transaction, where their partition holds others that stay. */
const ROWS_AT_ONCE = 5_000;
/** Dropping a partition waits for its readers, and new ones wait behind that: not for longer than this. */
const LOCK_TIMEOUT = '500ms';

/**
 * Drops some of the events that are older than so many days: a whole partition, or some rows of the oldest. Nobody sees them gone
 * who does not see it said.
 */
export function dropEvents({ pool }: Pick<Database, 'pool'>, days: number): Promise<Step> {
  return inTransaction(pool, async (client) => {
    await client.query(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`);
    const limit = await retentionLimit(client, days);
    if (limit === null) return 'done';
    const position = chainPosition(limit.slot, 0);
    const partition = await partitionBefore(client, position);
    if (partition !== null) {
      await noteDropped(client, 'events_from_slot', limit.slot);
      await client.query(`DROP TABLE ${partition}`);
      return 'more';
    }
    const { rows } = await client.query<{ position: string }>(
      `SELECT position FROM event WHERE position < $1 ORDER BY position OFFSET ${ROWS_AT_ONCE} LIMIT 1`,
      [position],
    );
    const [next] = rows;
    const { rowCount } = await client.query('DELETE FROM event WHERE position < $1', [
      next?.position ?? position,
    ]);
    if (rowCount !== 0) await noteDropped(client, 'events_from_slot', limit.slot);
    return next === undefined ? 'done' : 'more';
  });
}

/** The oldest partition all of whose events come before a position, as a name to be put into SQL. */
async function partitionBefore(client: DatabaseClient, position: string): Promise<string | null> {
  const { rows } = await client.query<{ partition: string }>(
    `SELECT partition FROM (
       SELECT inhrelid::regclass::text AS partition,
         substring(pg_get_expr(c.relpartbound, c.oid) FROM $$TO \\('(\\d+)'\\)$$) COLLATE "C" AS upper
       FROM pg_inherits JOIN pg_class AS c ON c.oid = inhrelid WHERE inhparent = 'public.event'::regclass
     ) AS bound WHERE upper <= $1 ORDER BY upper LIMIT 1`,
    [position],
  );
  return rows[0]?.partition ?? null;
}
