import { type DatabaseClient, TABLES, writeRows } from '@inferscan/db';
import { type HardwareReport, hardwareReport } from '@inferscan/formats';

import { hardwareRow } from './hardware-row.js';
import { type EndedJob, endedJob, JOB_END_COLUMNS, JOB_END_FROM, type JobEnd } from './job-end.js';
import { wantReports } from './node-reports.js';
import { type FoundReceipt, receiptRows, receiptsIn } from './result-facts.js';

/** What a result proves of jobs, and of which of those that name it now. */
export interface ResultProofs {
  readonly jobs: readonly EndedJob[];
  readonly receipts: readonly FoundReceipt[];
  readonly hardware: HardwareReport | null;
  /** Several jobs name it: it was copied, so that only receipts tell whose it is. */
  readonly shared: boolean;
}

/** Reads the proofs in a result; null if there are none in it. */
export async function resultProofs(
  client: DatabaseClient,
  cid: string,
  json: unknown,
): Promise<ResultProofs | null> {
  const receipts = receiptsIn(json);
  const hardware = hardwareReport(json);
  if (receipts.length === 0 && hardware === null) return null;
  const { rows: naming } = await client.query<{ id: string }>(
    'SELECT id FROM job WHERE result_cid = $1 LIMIT 2',
    [cid],
  );
  const shared = naming.length > 1;
  const { rows } = await client.query<JobEnd>(
    `SELECT ${JOB_END_COLUMNS} FROM ${JOB_END_FROM}
     WHERE j.result_cid = $1 AND (NOT $2 OR j.address = ANY ($3))`,
    [cid, shared, receipts.map(({ receipt }) => receipt.job)],
  );
  return { jobs: rows.flatMap((row) => endedJob(row) ?? []), receipts, hardware, shared };
}

/**
 * Writes the receipts and the hardware report of a result, and removes those of jobs that it proves nothing of any more.
 * @param basisOf what the outcomes of these jobs rest on, locked: a job whose end is another by now is left to who
 * changed it
 */
export async function writeProofs(
  client: DatabaseClient,
  cid: string,
  { jobs, receipts, hardware, shared }: ResultProofs,
  basisOf: ReadonlyMap<string, string>,
): Promise<void> {
  const current = jobs.filter(({ id, basis }) => basisOf.get(id) === basis);
  if (shared) {
    // What was written while one job alone named it.
    for (const table of ['receipt', 'node_hardware']) {
      await client.query(`DELETE FROM ${table} WHERE job_id IN (SELECT id FROM job WHERE result_cid = $1)`, [
        cid,
      ]);
    }
  }
  const rows = current.flatMap((job) =>
    receiptRows(job, cid, shared ? receipts.filter(({ receipt }) => receipt.job === job.address) : receipts),
  );
  await writeRows(client, TABLES.receipt, rows, 'replace');
  await wantReports(client, rows);
  if (hardware === null || shared) return;
  for (const job of current) {
    if (job.node === null) continue;
    const definition = await client.query<{ json: unknown }>('SELECT json FROM content WHERE cid = $1', [
      job.definitionCid,
    ]);
    const row = hardwareRow({ ...job, node: job.node, resultCid: cid }, hardware, definition.rows[0]?.json);
    await writeRows(client, TABLES.nodeHardware, [row], 'replace');
  }
}
