import type { JobRecord, MarketRecord, NetworkSnapshot, NodeRecord, RunRecord } from '@inferscan/protocol';

import { readProgramSnapshot } from './program-snapshot.js';

/** Runs a query and gives its rows; int8 and numeric are bigint. */
export type Query = (sql: string) => Promise<{ rows: unknown[] }>;

// Columns come under the records' own names. Rows are what this program wrote from such records.
const MARKETS = `
  SELECT address, authority, vault, job_price AS "jobPrice", job_timeout AS "jobTimeout",
         job_expiration AS "jobExpiration", job_type AS "jobType", node_access_key AS "nodeAccessKey",
         node_xnos_minimum AS "nodeXnosMinimum", queue_type AS "queueType", queue,
         vault_balance AS "vaultBalance", opened_at AS "openedAt", closed_at AS "closedAt",
         updated_position AS "updatedPosition"
  FROM market ORDER BY address`;

/**
 * Rows in order, which are found first and then sorted. Where the planner takes them for many, as without statistics while history is
 * loaded, it reads the whole table in the order of its key otherwise: minutes with millions of rows.
 */
const sorted = (rows: string): string => `WITH open AS MATERIALIZED (${rows}) SELECT * FROM open ORDER BY id`;

const JOB_COLUMNS = `id, address, market, project, payer, node, run_id AS "runId", status,
  definition_digest AS "definitionDigest", result_digest AS "resultDigest", price, timeout,
  listed_at AS "listedAt", started_at AS "startedAt", ended_at AS "endedAt", deposited, paid, refunded,
  fees, listed_signature AS "listedSignature", listed_position AS "listedPosition",
  closed_at AS "closedAt", updated_position AS "updatedPosition",
  was_stopped AS "wasStopped", priced_per_job AS "pricedPerJob"`;

// A closed job matters for as long as a queue still names it or a run of it is open. Both halves have an index of their own.
const JOBS = sorted(`
  SELECT ${JOB_COLUMNS} FROM job WHERE closed_at IS NULL OR status = 'queued'
  UNION ALL
  SELECT ${JOB_COLUMNS} FROM job
  WHERE closed_at IS NOT NULL AND status <> 'queued' AND id IN (SELECT job_id FROM run WHERE ended_by IS NULL)`);

const RUNS = sorted(`
  SELECT id, address, job_id AS "jobId", job, market, node, payer, started_at AS "startedAt",
         ended_at AS "endedAt", ended_by AS "endedBy", paid, started_signature AS "startedSignature",
         ended_signature AS "endedSignature", started_position AS "startedPosition"
  FROM run WHERE ended_by IS NULL`);

const NODES = `
  SELECT address, first_seen_at AS "firstSeenAt", last_seen_at AS "lastSeenAt", queued_in AS "queuedIn",
         runs_started AS "runsStarted", runs_finished AS "runsFinished", runs_ended AS "runsEnded",
         runs_quit AS "runsQuit", earned
  FROM node ORDER BY address`;

type JobRow = JobRecord & { readonly wasStopped: boolean; readonly pricedPerJob: boolean };

/** Reads what a fold needs to go on. One transaction must surround it. */
export async function readSnapshot(query: Query): Promise<NetworkSnapshot> {
  return {
    markets: (await query(MARKETS)).rows as MarketRecord[],
    jobs: ((await query(JOBS)).rows as JobRow[]).map(({ wasStopped, pricedPerJob, ...job }) => ({
      ...job,
      ...(wasStopped ? { wasStopped } : {}),
      ...(pricedPerJob ? { pricedPerJob } : {}),
    })),
    runs: (await query(RUNS)).rows as RunRecord[],
    nodes: (await query(NODES)).rows as NodeRecord[],
    ...(await readProgramSnapshot(query)),
  };
}
