import type { DatabaseClient } from '@inferscan/db';
import type { ResultEvidence } from '@inferscan/formats';

import { nodesThatRan } from './fault-context.js';
import { chainTime, type EndedJob, endedJob, JOB_END_COLUMNS, JOB_END_FROM, type JobEnd } from './job-end.js';
import { attributeJobs, lockOutcomes, replaceLocked } from './outcome-rows.js';

/** Jobs attributed again in one transaction; their results are read one by one. */
const PAGE = 50;

export interface Reconsidered {
  readonly jobs: readonly EndedJob[];
  /** There may be more that wait for the same. */
  readonly more: boolean;
}

/** Attributes jobs again that waited for what is now known of their definition. */
export async function reconsiderJobs(
  client: DatabaseClient,
  definitionCid: string,
  found: boolean,
): Promise<Reconsidered> {
  const due = found ? ['definition', 'definition_found'] : ['definition'];
  const nodes = await nodesThatRan(client, definitionCid);
  const { rows } = await client.query<JobEnd>(
    `SELECT ${JOB_END_COLUMNS} FROM ${JOB_END_FROM} JOIN result_facts AS f ON f.job_id = j.id
     WHERE f.definition_cid = $1 AND (
       f.waits_for = ANY ($2)
       OR (f.waits_for IN ('elsewhere', 'definition_found') AND EXISTS (
         SELECT FROM unnest($3::text[]) AS ran (node) WHERE ran.node IS DISTINCT FROM j.node)))
     ORDER BY j.id LIMIT ${PAGE}`,
    [definitionCid, due, nodes],
  );
  const jobs = rows.flatMap((row) => endedJob(row) ?? []);
  await attributeAgain(client, jobs);
  return { jobs, more: rows.length === PAGE };
}

/** Attributes jobs that have an outcome again, with all that is known now. */
export async function attributeAgain(client: DatabaseClient, jobs: readonly EndedJob[]): Promise<void> {
  if (jobs.length === 0) return;
  const now = await chainTime(client);
  const outcomes = await attributeJobs(client, jobs, now, (job) => resultEvidence(client, job.resultCid));
  const basisOf = await lockOutcomes(
    client,
    outcomes.map(({ job_id }) => ({ id: String(job_id) })),
  );
  await replaceLocked(client, outcomes, basisOf);
  // Runs that go on after all, for their time was extended.
  const kept = new Set(outcomes.map(({ job_id }) => job_id));
  const gone = jobs.filter(({ id }) => !kept.has(id)).map(({ id }) => id);
  if (gone.length > 0) await client.query('DELETE FROM result_facts WHERE job_id = ANY ($1)', [gone]);
}

async function resultEvidence(client: DatabaseClient, cid: string | null): Promise<ResultEvidence> {
  if (cid === null) return { state: 'none' };
  const { rows } = await client.query<{ status: string; json: unknown }>(
    // One that is not kept any more is fetched again when somebody has to know.
    "SELECT CASE WHEN dropped_at IS NULL THEN status ELSE 'dropped' END AS status, json FROM content WHERE cid = $1",
    [cid],
  );
  const [document] = rows;
  switch (document?.status) {
    case 'fetched':
      return { state: 'read', json: document.json };
    case 'invalid':
      return { state: 'unreadable' };
    case 'missing':
      return { state: 'missing' };
    default:
      return { state: 'unread' };
  }
}
