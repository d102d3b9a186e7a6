import { type Database, type DatabaseClient, jsonText } from '@inferscan/db';
import type { ResultEvidence } from '@inferscan/formats';

import { CHANNEL, notificationOf } from '../store/notification.js';
import { inTransaction } from '../store/transaction.js';
import { deriveDefinition } from './derive-definition.js';
import { deriveResult } from './derive-result.js';
import { deriveReport } from './node-reports.js';

/** Jobs named in one notification; beyond, readers are told that many changed. */
const MAX_NOTIFIED = 100;
const MAX_ERROR = 1_000;

/** Stores a fetched document with everything that is derived from it, and tells whose jobs it concerns. */
export function saveContent({ pool }: Database, cid: string, json: unknown): Promise<void> {
  return inTransaction(pool, async (client) => {
    const text = jsonText(json);
    await client.query(
      `UPDATE content SET status = 'fetched', json = $2::jsonb, bytes = $3, error = NULL, attempts = attempts + 1,
         retrying = false, next_attempt_at = NULL, fetched_at = coalesce(fetched_at, now()), dropped_at = NULL
       WHERE cid = $1`,
      [cid, text, Buffer.byteLength(text)],
    );
    await derive(client, cid, { state: 'read', json });
  });
}

/** Derives again what is missing for a document that was fetched before. */
export function deriveAgain({ pool }: Database, cid: string): Promise<void> {
  return inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ json: unknown }>(
      'UPDATE content SET next_attempt_at = NULL WHERE cid = $1 RETURNING json',
      [cid],
    );
    const [document] = rows;
    if (document) await derive(client, cid, { state: 'read', json: document.json });
  });
}

/** Marks a document that cannot be read, and says so for the jobs that name it. */
export function saveUnreadable({ pool }: Database, cid: string, reason: string): Promise<void> {
  return inTransaction(pool, async (client) => {
    await client.query(
      `UPDATE content SET status = 'invalid', error = $2, attempts = attempts + 1, retrying = true,
         next_attempt_at = NULL WHERE cid = $1`,
      [cid, reason.slice(0, MAX_ERROR)],
    );
    await derive(client, cid, { state: 'unreadable' });
  });
}

export interface FailedAttempt {
  readonly attempts: number;
  readonly message: string;
  readonly missing: boolean;
  readonly pauseSeconds: number;
}

/** Notes that nobody delivered a document, and when it is asked for again. */
export function saveFailure({ pool }: Database, cid: string, failure: FailedAttempt): Promise<void> {
  const { attempts, message, missing, pauseSeconds } = failure;
  return inTransaction(pool, async (client) => {
    await client.query(
      `UPDATE content SET status = $2, attempts = $3, error = $4, retrying = true,
         next_attempt_at = now() + make_interval(secs => $5) WHERE cid = $1`,
      [cid, missing ? 'missing' : 'pending', attempts, message.slice(0, MAX_ERROR), pauseSeconds],
    );
    if (missing) await derive(client, cid, { state: 'missing' });
  });
}

/** A document's content as evidence for jobs; a definition can be read or not, and that is all. */
async function derive(client: DatabaseClient, cid: string, document: ResultEvidence): Promise<void> {
  const definition = await deriveDefinition(client, cid, document.state === 'read' ? document : undefined);
  const result = await deriveResult(client, cid, document);
  const reporter = document.state === 'read' ? await deriveReport(client, cid, document.json) : null;
  // A page at a time, so that no transaction holds the indexing up.
  if (definition.more || result.more) {
    await client.query('UPDATE content SET next_attempt_at = now() WHERE cid = $1', [cid]);
  }
  await notifyJobs(client, cid, reporter === null ? [] : [reporter]);
}

async function notifyJobs(client: DatabaseClient, cid: string, nodes: readonly string[]): Promise<void> {
  const { rows } = await client.query<ConcernedJob>(
    `SELECT DISTINCT address, market, node FROM job WHERE definition_cid = $1 OR result_cid = $1 LIMIT ${MAX_NOTIFIED + 1}`,
    [cid],
  );
  await notifyOf(client, rows, nodes);
}

export interface ConcernedJob {
  readonly address: string;
  readonly market: string;
  readonly node: string | null;
}

/** Tells readers that something about these jobs, and about other nodes than theirs, changed. */
export async function notifyOf(
  client: DatabaseClient,
  jobs: readonly ConcernedJob[],
  nodes: readonly string[] = [],
): Promise<void> {
  const checkpoint = await client.query<{ slot: bigint }>('SELECT slot FROM checkpoint WHERE id = 1');
  const slot = checkpoint.rows[0]?.slot ?? 0n;
  const payload =
    jobs.length > MAX_NOTIFIED
      ? JSON.stringify({ slot: slot.toString(), many: true })
      : notificationOf(slot, {
          jobs: jobs.map(({ address }) => address),
          markets: jobs.map(({ market }) => market),
          nodes: [...jobs.flatMap(({ node }) => node ?? []), ...nodes],
        });
  await client.query('SELECT pg_notify($1, $2)', [CHANNEL, payload]);
}
