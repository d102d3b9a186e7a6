import { createHash } from 'node:crypto';

import { type Database, type DatabaseClient, type RowOf, TABLES, writeRows } from '@inferscan/db';
import { cidFromDigest } from '@inferscan/storage';

import { saveContent } from '../../src/content/save-content.js';
import { settleJobs } from '../../src/content/settle-jobs.js';
import { inTransaction } from '../../src/store/transaction.js';

/** 1 November 2025 and an hour. */
export const START = 1_761_955_200n;
export const HOUR = 3_600n;

/** A CID that no document need have: what is stored under it is what the test says. */
export const cidOf = (name: string): string => cidFromDigest(createHash('sha256').update(name).digest());

type JobRow = RowOf<typeof TABLES.job>;

const JOB: JobRow = {
  id: '',
  address: '',
  market: 'market',
  project: 'poster',
  payer: 'poster',
  node: 'node',
  run_id: null,
  status: 'running',
  definition_digest: '00',
  definition_cid: cidOf('definition'),
  result_digest: null,
  result_cid: null,
  price: 1n,
  timeout: HOUR,
  listed_at: START,
  started_at: START,
  ended_at: null,
  deposited: 0n,
  paid: 0n,
  refunded: 0n,
  fees: 0n,
  listed_signature: 's',
  listed_position: '',
  closed_at: null,
  updated_position: 'p',
  was_stopped: false,
  priced_per_job: false,
};

const content = (cid: unknown, kind: string) => ({
  cid,
  kind,
  status: 'pending',
  next_attempt_at: new Date(),
});

/** Writes jobs as the indexer's store does: rows, documents to fetch, outcomes, in one transaction. */
export async function writeJobs(
  { pool }: Database,
  jobs: readonly (Partial<JobRow> & { id: string })[],
): Promise<void> {
  const rows = jobs.map((job) => ({
    ...JOB,
    address: `address of ${job.id}`,
    listed_position: job.id,
    ...job,
  }));
  await inTransaction(pool, async (client) => {
    await writeRows(client, TABLES.job, rows, 'replace');
    const documents = rows.flatMap(({ definition_cid, result_cid }) => [
      content(definition_cid, 'definition'),
      ...(result_cid === null ? [] : [content(result_cid, 'result')]),
    ]);
    const distinct = [...new Map(documents.map((each) => [each.cid, each])).values()];
    await writeRows(client, TABLES.content, distinct, 'keep');
    await settleJobs(
      client,
      rows.map(({ id }) => id),
    );
  });
}

/** Takes jobs away, as the rollback of a fork does. */
export async function removeJobs({ pool }: Database, ids: readonly string[]): Promise<void> {
  await inTransaction(pool, async (client: DatabaseClient) => {
    await client.query('DELETE FROM job WHERE id = ANY ($1)', [ids]);
    await settleJobs(client, ids);
  });
}

/** Stores the run of a job. */
export async function writeRun({ pool }: Database, id: string, endedBy: string | null): Promise<void> {
  await pool.query(
    `INSERT INTO run (id, address, job_id, job, market, node, payer, started_at, ended_by, paid,
       started_signature, started_position)
     VALUES ($1, $1, '-', '-', '-', '-', '-', 0, $2, 0, '-', '-')`,
    [id, endedBy],
  );
}

/** The chain's clock: the time of the last transaction. */
export async function setChainTime({ pool }: Database, time: bigint): Promise<void> {
  await pool.query(
    `INSERT INTO chain_transaction (signature, slot, index, block_time, fee_payer, fee) VALUES ($1, $2, 0, $3, '-', 0)`,
    [`at ${time}`, time, time],
  );
}

/** A batch job's definition, or that of a service. */
export const definition = (more: object = {}, args: object = {}) => ({
  version: '0.1',
  type: 'container',
  ops: [{ type: 'container/run', id: 'a', args: { image: 'ubuntu', ...args } }],
  ...more,
});

export const saveDefinition = (database: Database, json: object = definition(), name = 'definition') =>
  saveContent(database, cidOf(name), json);

const NO_FLAGS = { hostShutDown: false, jobStopped: false, jobExpired: false };

/** A host's result with one operation. */
export const flow = (state: object = {}, ...others: object[]) => ({
  status: 'success',
  startTime: 1,
  endTime: 2,
  opStates: [
    {
      operationId: 'a',
      providerId: 'c',
      status: 'success',
      exitCode: 0,
      diagnostics: { reason: NO_FLAGS },
      ...state,
    },
    ...others,
  ],
});
export const EXPIRED = {
  status: 'stopped',
  exitCode: 137,
  diagnostics: { reason: { ...NO_FLAGS, jobExpired: true } },
};

/** `outcome fault code`, what it waits for and what its flow says, of jobs by id. */
export async function outcomes({ pool }: Database): Promise<Record<string, string>> {
  const { rows } = await pool.query<{ id: string; line: string }>(
    `SELECT job_id AS id, concat_ws(' ', outcome, fault, fault_code, 'waits for ' || waits_for) AS line
     FROM result_facts ORDER BY 1`,
  );
  return Object.fromEntries(rows.map(({ id, line }) => [id, line]));
}
