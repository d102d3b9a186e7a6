import type { DatabaseClient } from '@inferscan/db';
import { UNKNOWN_DIGEST } from '@inferscan/protocol';

import { settleJobs } from '../../content/settle-jobs.js';
import { CHANNEL } from '../../store/notification.js';
import { FOLDED_TABLES } from './shadow.js';

/** Jobs settled at once. */
const PAGE = 1_000;

/** Lets what rests on jobs follow their changed rows: documents to fetch, outcomes, and the pages that show them. */
export async function settleChanges(client: DatabaseClient, slot: bigint): Promise<void> {
  const { rows } = await client.query<{ id: string }>(
    `SELECT id FROM differing_job
     UNION SELECT job_id FROM public.run JOIN differing_run USING (id)
     UNION SELECT job_id FROM pg_temp.run JOIN differing_run USING (id) ORDER BY id`,
  );
  await client.query(
    `INSERT INTO content (cid, kind, status, next_attempt_at)
     SELECT DISTINCT ON (named.cid) named.cid, named.kind, 'pending', now()
     FROM public.job JOIN differing_job USING (id)
     CROSS JOIN LATERAL (
       VALUES (result_cid, result_digest, 'result', 0), (definition_cid, definition_digest, 'definition', 1)
     ) AS named (cid, digest, kind, rank)
     WHERE named.digest <> $1 ORDER BY named.cid, named.rank
     ON CONFLICT DO NOTHING`,
    [UNKNOWN_DIGEST],
  );
  // From here on the names are the real tables' again.
  await client.query(
    `DROP TABLE ${FOLDED_TABLES.map(({ table }) => `pg_temp.${table}`).join(', ')}, pg_temp.undo`,
  );
  const ids = rows.map(({ id }) => id);
  for (let start = 0; start < ids.length; start += PAGE) {
    await settleJobs(client, ids.slice(start, start + PAGE));
  }
  await client.query('SELECT pg_notify($1, $2)', [
    CHANNEL,
    JSON.stringify({ slot: slot.toString(), many: true }),
  ]);
}
