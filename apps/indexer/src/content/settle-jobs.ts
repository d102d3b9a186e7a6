import type { DatabaseClient } from '@inferscan/db';
import { attributeFault, type ResultEvidence } from '@inferscan/formats';

import { type EndedJob, endedJobs } from './job-end.js';
import { addOutcomes, attributeJobs, chainFactsOf, type OutcomeRow, outcomeRow } from './outcome-rows.js';

const NONE: ResultEvidence = { state: 'none' };
const UNREAD: ResultEvidence = { state: 'unread' };

/**
 * Makes what is known of the ends of jobs agree with the chain: to be called within the transaction that changed, added
 * or removed these jobs and their runs, after the documents were queued. Jobs that are over get their outcome by the
 * chain; what was derived from another end goes; documents that were read before are looked at again.
 */
export async function settleJobs(client: DatabaseClient, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  // Asked together, as each commit waits for it; of most jobs that change there is nothing yet that could be stale.
  const [jobs, haveOutcomes] = await Promise.all([endedJobs(client, ids), anyOutcome(client, ids)]);
  if (haveOutcomes || jobs.some(({ resultCid }) => resultCid !== null)) await lookAgain(client, ids, jobs);
  const rows = await chainOutcomes(client, jobs);
  if (haveOutcomes) await dropStale(client, ids, jobs);
  await addOutcomes(client, rows);
}

/** Whether something was derived of any of these jobs' ends. */
async function anyOutcome(client: DatabaseClient, ids: readonly string[]): Promise<boolean> {
  const { rows } = await client.query<{ known: boolean }>(
    'SELECT EXISTS (SELECT FROM result_facts WHERE job_id = ANY ($1)) AS known',
    [ids],
  );
  return rows[0]?.known ?? false;
}

/** Outcomes as far as the chain decides them. */
async function chainOutcomes(client: DatabaseClient, jobs: readonly EndedJob[]): Promise<OutcomeRow[]> {
  const rows: OutcomeRow[] = [];
  const unclear: EndedJob[] = [];
  for (const job of jobs) {
    // Whether a run that stands is overdue is a question of time, not of a change.
    if (job.end === 'open') continue;
    const found = attributeFault(chainFactsOf(job, null), resultOf(job));
    if (found.waitsFor === 'definition') unclear.push(job);
    else rows.push(outcomeRow(job, found));
  }
  return [...rows, ...(await attributeJobs(client, unclear, null, resultOf))];
}

const resultOf = ({ resultCid }: EndedJob): ResultEvidence => (resultCid === null ? NONE : UNREAD);

/**
 * Results that were read before the chain named them for these jobs, and those that these jobs named until now and
 * others still do: whose they are depends on who names them.
 */
async function lookAgain(
  client: DatabaseClient,
  ids: readonly string[],
  jobs: readonly EndedJob[],
): Promise<void> {
  const cidOf = new Map(jobs.map(({ id, resultCid }) => [id, resultCid]));
  const basisOf = new Map(jobs.map(({ id, basis }) => [id, basis]));
  const { rows } = await client.query<{ cid: string }>(
    `SELECT DISTINCT named.cid
     FROM unnest($1::text[], $2::text[], $3::text[]) AS job (id, basis, cid)
     LEFT JOIN result_facts AS f ON f.job_id = job.id
     CROSS JOIN LATERAL (VALUES (job.cid), (f.cid)) AS named (cid)
     WHERE f.basis IS DISTINCT FROM job.basis AND named.cid IS NOT NULL`,
    [ids, ids.map((id) => basisOf.get(id) ?? null), ids.map((id) => cidOf.get(id) ?? null)],
  );
  if (rows.length === 0) return;
  const cids = [rows.map(({ cid }) => cid)];
  // One that is just being read is waited for: its reader does not see these jobs.
  await client.query('SELECT FROM content WHERE cid = ANY ($1) ORDER BY cid FOR NO KEY UPDATE', cids);
  await client.query(
    `UPDATE content SET next_attempt_at = now()
     WHERE cid = ANY ($1) AND status IN ('fetched', 'invalid') AND next_attempt_at IS NULL
       AND EXISTS (SELECT FROM job WHERE result_cid = content.cid)`,
    cids,
  );
}

/** Removes what was derived from facts that no longer hold, or for jobs that are gone. */
async function dropStale(
  client: DatabaseClient,
  ids: readonly string[],
  jobs: readonly EndedJob[],
): Promise<void> {
  const basisOf = new Map(jobs.map(({ id, basis }) => [id, basis]));
  const { rows } = await client.query<{ id: string }>(
    `SELECT f.job_id AS id FROM result_facts AS f
     JOIN unnest($1::text[], $2::text[]) AS current (id, basis) ON current.id = f.job_id
     WHERE f.basis IS DISTINCT FROM current.basis ORDER BY f.job_id FOR UPDATE OF f`,
    [ids, ids.map((id) => basisOf.get(id) ?? null)],
  );
  if (rows.length === 0) return;
  const stale = [rows.map(({ id }) => id)];
  await client.query('DELETE FROM result_facts WHERE job_id = ANY ($1)', stale);
  await client.query('DELETE FROM receipt WHERE job_id = ANY ($1)', stale);
  await client.query('DELETE FROM node_hardware WHERE job_id = ANY ($1)', stale);
}
