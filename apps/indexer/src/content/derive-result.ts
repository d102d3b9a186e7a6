import type { DatabaseClient } from '@inferscan/db';
import type { ResultEvidence } from '@inferscan/formats';

import { chainTime, endedJob, JOB_END_COLUMNS, JOB_END_FROM, type JobEnd } from './job-end.js';
import { attributeJobs, lockOutcomes, type OutcomeRow, replaceLocked } from './outcome-rows.js';
import type { Reconsidered } from './reconsider.js';
import { resultProofs, writeProofs } from './result-evidence.js';
import { settleJobs } from './settle-jobs.js';

/** Jobs derived in one transaction: hosts write the same result for every job that they could not begin. */
const PAGE = 200;

/** Derives what a result says of the jobs that wait for it. The document's row must be locked. */
export async function deriveResult(
  client: DatabaseClient,
  cid: string,
  result: ResultEvidence,
): Promise<Reconsidered> {
  const missing = await settleMissing(client, cid);
  const { rows } = await client.query<JobEnd>(
    `SELECT ${JOB_END_COLUMNS} FROM ${JOB_END_FROM} JOIN result_facts AS f ON f.job_id = j.id
     WHERE f.cid = $1 AND j.result_cid = $1 AND f.waits_for = 'result'
       AND ($2 OR f.fault_code = 'result_unread')
     ORDER BY j.id LIMIT ${PAGE}`,
    // That a document is missing changes nothing for those who know.
    [cid, result.state !== 'missing'],
  );
  const jobs = rows.flatMap((row) => endedJob(row) ?? []);
  const outcomes = await attributeJobs(client, jobs, await chainTime(client), () => result);
  // Also without a new outcome: a job that named the same result came, or went in a fork.
  const proofs = result.state === 'read' ? await resultProofs(client, cid, result.json) : null;
  if (jobs.length > 0) await tellOthers(client, outcomes);
  const basisOf = await lockOutcomes(client, [...jobs, ...(proofs?.jobs ?? [])]);
  await replaceLocked(client, outcomes, basisOf);
  if (proofs !== null) await writeProofs(client, cid, proofs, basisOf);
  return { jobs, more: missing === PAGE || rows.length === PAGE };
}

/** Outcomes by the chain for jobs that have none: those from before there were outcomes. */
async function settleMissing(client: DatabaseClient, cid: string): Promise<number> {
  const { rows } = await client.query<{ id: string }>(
    `SELECT id FROM job WHERE result_cid = $1
       AND NOT EXISTS (SELECT FROM result_facts AS f WHERE f.job_id = job.id)
     ORDER BY id LIMIT ${PAGE} FOR SHARE SKIP LOCKED`,
    [cid],
  );
  await settleJobs(
    client,
    rows.map(({ id }) => id),
  );
  return rows.length;
}

/** A job that ran as it should is evidence for others with its definition that did not. */
async function tellOthers(client: DatabaseClient, outcomes: readonly OutcomeRow[]): Promise<void> {
  const ran = outcomes.filter(({ outcome }) => outcome === 'success' || outcome === 'expired');
  if (ran.length === 0) return;
  await client.query(
    `UPDATE content SET next_attempt_at = now() WHERE cid = ANY ($1) AND EXISTS (
       SELECT FROM result_facts AS f
       WHERE f.definition_cid = content.cid AND f.waits_for IN ('elsewhere', 'definition_found'))`,
    [[...new Set(ran.map(({ definition_cid }) => definition_cid))]],
  );
}
