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
  const jobs = await endedJobs(client, ids);
  await lookAgain(client, jobs);
  const rows = await chainOutcomes(client, jobs);
  await dropStale(client, ids, jobs);
  await addOutcomes(client, rows);
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

/** Documents that were read before the chain named them as these jobs' results. */
async function lookAgain(client: DatabaseClient, jobs: readonly EndedJob[]): Promise<void> {
  const delivered = jobs.filter(({ resultCid }) => resultCid !== null);
  if (delivered.length === 0) return;
  await client.query(
    `UPDATE content SET next_attempt_at = now()
     FROM unnest($1::text[], $2::text[], $3::text[]) AS job (id, basis, cid)
     WHERE content.cid = job.cid AND status IN ('fetched', 'invalid') AND next_attempt_at IS NULL
       AND NOT EXISTS (SELECT FROM result_facts AS f WHERE f.job_id = job.id AND f.basis = job.basis)`,
    [
      delivered.map(({ id }) => id),
      delivered.map(({ basis }) => basis),
      delivered.map(({ resultCid }) => resultCid),
    ],
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
