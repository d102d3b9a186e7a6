import { type Database, type DatabaseClient, jsonText, TABLES, writeRows } from '@inferscan/db';

import { CHANNEL, notificationOf } from '../store/notification.js';
import { inTransaction } from '../store/transaction.js';
import { definitionFacts } from './definition-facts.js';
import { type DeliveredJob, receiptRows, resultSummary } from './result-facts.js';

/** Jobs named in one notification; beyond, readers are told that many changed. */
const MAX_NOTIFIED = 100;

/** Stores a fetched document with everything that is derived from it, and tells whose jobs it concerns. */
export function saveContent({ pool }: Database, cid: string, json: unknown): Promise<void> {
  return inTransaction(pool, async (client) => {
    const text = jsonText(json);
    await client.query(
      `UPDATE content SET status = 'fetched', json = $2::jsonb, bytes = $3, error = NULL, attempts = attempts + 1,
         next_attempt_at = NULL, fetched_at = coalesce(fetched_at, now())
       WHERE cid = $1`,
      [cid, text, Buffer.byteLength(text)],
    );
    await derive(client, cid, json);
  });
}

/** Derives again what is missing for a document that was fetched before. */
export function deriveAgain({ pool }: Database, cid: string): Promise<void> {
  return inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ json: unknown }>(
      'UPDATE content SET next_attempt_at = NULL WHERE cid = $1 RETURNING json',
      [cid],
    );
    await derive(client, cid, rows[0]?.json);
  });
}

/** Marks a document that cannot be read, and says so for the jobs whose result it is. */
export function saveUnreadable({ pool }: Database, cid: string, reason: string): Promise<void> {
  return inTransaction(pool, async (client) => {
    await client.query(
      `UPDATE content SET status = 'invalid', error = $2, attempts = attempts + 1, next_attempt_at = NULL WHERE cid = $1`,
      [cid, reason.slice(0, 1_000)],
    );
    await writeSummary(client, cid, {
      state: 'unknown',
      reason: `the result cannot be read: ${reason}`.slice(0, 2_000),
    });
    await notifyJobs(client, cid);
  });
}

async function derive(client: DatabaseClient, cid: string, json: unknown): Promise<void> {
  const { rows } = await client.query<{ used: boolean }>(
    'SELECT EXISTS (SELECT FROM job WHERE definition_cid = $1) AS used',
    [cid],
  );
  if (rows[0]?.used) await writeRows(client, TABLES.definitionFacts, [definitionFacts(cid, json)], 'replace');
  await writeSummary(client, cid, resultSummary(json));
  // A receipt is signed for one job; a result shared by more has none to speak of.
  const jobs = await client.query<DeliveredJob>(
    `SELECT job.id, job.address, job.market, job.node, run.address AS run, job.definition_cid AS "definitionCid"
     FROM job LEFT JOIN run ON run.id = job.run_id WHERE job.result_cid = $1 LIMIT 100`,
    [cid],
  );
  const receipts = jobs.rows.flatMap((job) => receiptRows(job, cid, json));
  await writeRows(client, TABLES.receipt, receipts, 'replace');
  await notifyJobs(client, cid);
}

async function writeSummary(
  client: DatabaseClient,
  cid: string,
  { state, reason }: { state: string; reason: string | null },
): Promise<void> {
  await client.query(
    `INSERT INTO result_facts (job_id, cid, state, reason) SELECT id, $1, $2, $3 FROM job WHERE result_cid = $1
     ON CONFLICT (job_id) DO UPDATE SET cid = excluded.cid, state = excluded.state, reason = excluded.reason`,
    [cid, state, reason],
  );
}

async function notifyJobs(client: DatabaseClient, cid: string): Promise<void> {
  const { rows } = await client.query<{ address: string; market: string; node: string | null }>(
    `SELECT DISTINCT address, market, node FROM job WHERE definition_cid = $1 OR result_cid = $1 LIMIT ${MAX_NOTIFIED + 1}`,
    [cid],
  );
  const checkpoint = await client.query<{ slot: bigint }>('SELECT slot FROM checkpoint WHERE id = 1');
  const slot = checkpoint.rows[0]?.slot ?? 0n;
  const payload =
    rows.length > MAX_NOTIFIED
      ? JSON.stringify({ slot: slot.toString(), many: true })
      : notificationOf(slot, {
          jobs: rows.map(({ address }) => address),
          markets: rows.map(({ market }) => market),
          nodes: rows.flatMap(({ node }) => node ?? []),
        });
  await client.query('SELECT pg_notify($1, $2)', [CHANNEL, payload]);
}
