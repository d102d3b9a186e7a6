import { type DatabaseClient, TABLES, writeRows } from '@inferscan/db';
import { hardwareReport, type ResultEvidence } from '@inferscan/formats';

import { hardwareRow } from './hardware-row.js';
import { chainTime, type EndedJob, endedJob, JOB_END_COLUMNS, JOB_END_FROM, type JobEnd } from './job-end.js';
import { attributeJobs, type OutcomeRow, replaceOutcomes } from './outcome-rows.js';
import type { Reconsidered } from './reconsider.js';
import { receiptRows, receiptsIn } from './result-facts.js';
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
  if (jobs.length > 0) {
    const outcomes = await attributeJobs(client, jobs, await chainTime(client), () => result);
    await tellOthers(client, outcomes);
    await replaceOutcomes(client, outcomes);
    if (result.state === 'read') await writeEvidence(client, cid, jobs, result.json);
  }
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

/** Receipts and hardware reports. A result that several jobs name was copied: then only receipts tell whose it is. */
async function writeEvidence(
  client: DatabaseClient,
  cid: string,
  jobs: readonly EndedJob[],
  json: unknown,
): Promise<void> {
  const receipts = receiptsIn(json);
  const hardware = hardwareReport(json);
  if (receipts.length === 0 && hardware === null) return;
  const { rows } = await client.query('SELECT FROM job WHERE result_cid = $1 LIMIT 2', [cid]);
  const shared = rows.length > 1;
  const proofs = jobs.flatMap((job) =>
    receiptRows(job, cid, shared ? receipts.filter(({ receipt }) => receipt.job === job.address) : receipts),
  );
  await writeRows(client, TABLES.receipt, proofs, 'replace');
  if (hardware === null || shared) return;
  for (const job of jobs) {
    if (job.node === null) continue;
    const definition = await client.query<{ json: unknown }>('SELECT json FROM content WHERE cid = $1', [
      job.definitionCid,
    ]);
    const row = hardwareRow({ ...job, node: job.node, resultCid: cid }, hardware, definition.rows[0]?.json);
    await writeRows(client, TABLES.nodeHardware, [row], 'replace');
  }
}
