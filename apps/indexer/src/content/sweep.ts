import type { Database, DatabaseClient } from '@inferscan/db';
import { GRACE_SECONDS } from '@inferscan/formats';

import { inTransaction } from '../store/transaction.js';
import { chainTime, type EndedJob, endedJob, JOB_END_COLUMNS, JOB_END_FROM, type JobEnd } from './job-end.js';
import { addOutcomes, attributeJobs } from './outcome-rows.js';
import { attributeAgain } from './reconsider.js';
import { notifyOf } from './save-content.js';
import { settleJobs } from './settle-jobs.js';

/** Jobs looked at in one transaction. */
const PAGE = 200;

/**
 * What becomes true without any transaction, by the chain's clock alone: runs that stand past their timeout, and jobs
 * that their poster ended and whose host adds no result. Never by our own clock, which is ahead of a backfill.
 */
export async function sweepOverdue({ pool }: Database, signal: AbortSignal): Promise<void> {
  for (const sweep of [addAbandoned, closeUncompleted]) {
    let more = true;
    while (more && !signal.aborted) {
      more = await inTransaction(pool, async (client) => {
        const now = await chainTime(client);
        return now !== null && (await sweep(client, now));
      });
    }
  }
}

/** Runs whose host vanished. @returns whether there may be more */
async function addAbandoned(client: DatabaseClient, now: bigint): Promise<boolean> {
  const { rows } = await client.query<JobEnd>(
    `SELECT ${JOB_END_COLUMNS} FROM ${JOB_END_FROM}
     WHERE j.status = 'running' AND j.closed_at IS NULL AND j.timeout <= $1 - j.started_at
       AND NOT EXISTS (SELECT FROM result_facts AS f WHERE f.job_id = j.id)
     ORDER BY j.id LIMIT ${PAGE} FOR SHARE OF j SKIP LOCKED`,
    [now - GRACE_SECONDS],
  );
  const jobs = rows.flatMap((row) => endedJob(row) ?? []);
  if (jobs.length === 0) return false;
  const added = await addOutcomes(client, await attributeJobs(client, jobs, now, () => ({ state: 'none' })));
  await notifyOf(client, jobs);
  return added > 0 && rows.length === PAGE;
}

/** Ended jobs that stay without a result. @returns whether there may be more */
async function closeUncompleted(client: DatabaseClient, now: bigint): Promise<boolean> {
  const { rows } = await client.query<JobEnd>(
    `SELECT ${JOB_END_COLUMNS} FROM ${JOB_END_FROM} JOIN result_facts AS f ON f.job_id = j.id
     WHERE f.waits_for = 'completion' AND j.status = 'ended' AND j.ended_at <= $1 ORDER BY j.id LIMIT ${PAGE}`,
    [now - GRACE_SECONDS],
  );
  const jobs: EndedJob[] = rows.flatMap((row) => endedJob(row) ?? []);
  await attributeAgain(client, jobs);
  if (jobs.length > 0) await notifyOf(client, jobs);
  return rows.length === PAGE;
}

/** Most jobs to look for at once: to find them takes as long for one as for all, and they are in memory. */
const MOST_MISSING = 50_000;

/** Gives every job that is over an outcome by the chain, where one is missing: after an older version wrote. */
export async function settleAll({ pool }: Database, signal: AbortSignal): Promise<void> {
  for (let after = ''; !signal.aborted; ) {
    const missing = await jobsWithoutOutcome({ pool }, after);
    for (let first = 0; first < missing.length && !signal.aborted; first += PAGE) {
      await inTransaction(pool, async (client) => {
        const { rows } = await client.query<{ id: string }>(
          `SELECT id FROM job WHERE id = ANY ($1) AND ${IS_OVER} AND ${HAS_NO_OUTCOME}
           ORDER BY id FOR SHARE SKIP LOCKED`,
          [missing.slice(first, first + PAGE)],
        );
        await settleJobs(
          client,
          rows.map(({ id }) => id),
        );
      });
    }
    const last = missing.at(-1);
    if (last === undefined || missing.length < MOST_MISSING) return;
    after = last;
  }
}

const IS_OVER = "(status NOT IN ('queued', 'running') OR closed_at IS NOT NULL)";
const HAS_NO_OUTCOME = 'NOT EXISTS (SELECT FROM result_facts AS f WHERE f.job_id = job.id)';

/** Found first and sorted then: in the order of their key, millions of jobs would be read from all over the table. */
async function jobsWithoutOutcome({ pool }: Pick<Database, 'pool'>, after: string): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    `WITH missing AS MATERIALIZED (SELECT id FROM job WHERE id > $1 AND ${IS_OVER} AND ${HAS_NO_OUTCOME})
     SELECT id FROM missing ORDER BY id LIMIT ${MOST_MISSING}`,
    [after],
  );
  return rows.map(({ id }) => id);
}
