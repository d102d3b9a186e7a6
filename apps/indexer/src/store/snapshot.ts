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

// A closed job matters for as long as a run of it is open or a queue still names it.
const JOBS = `
  SELECT id, address, market, project, payer, node, run_id AS "runId", status,
         definition_digest AS "definitionDigest", result_digest AS "resultDigest", price, timeout,
         listed_at AS "listedAt", started_at AS "startedAt", ended_at AS "endedAt", deposited, paid, refunded,
         fees, listed_signature AS "listedSignature", listed_position AS "listedPosition",
         closed_at AS "closedAt", updated_position AS "updatedPosition",
         was_stopped AS "wasStopped", priced_per_job AS "pricedPerJob"
  FROM job
  WHERE closed_at IS NULL OR status = 'queued'
     OR id IN (SELECT job_id FROM run WHERE ended_by IS NULL)
  ORDER BY id`;

const RUNS = `
  SELECT id, address, job_id AS "jobId", job, market, node, payer, started_at AS "startedAt",
         ended_at AS "endedAt", ended_by AS "endedBy", paid, started_signature AS "startedSignature",
         ended_signature AS "endedSignature", started_position AS "startedPosition"
  FROM run WHERE ended_by IS NULL ORDER BY id`;

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
