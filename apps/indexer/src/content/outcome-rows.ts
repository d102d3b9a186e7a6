import { type DatabaseClient, type RowOf, TABLES, writeRows } from '@inferscan/db';
import {
  type Attribution,
  attributeFault,
  type ChainFacts,
  type DefinitionEvidence,
  flowSummary,
  type ResultEvidence,
} from '@inferscan/formats';

import { definitionEvidence, nodesThatRan } from './fault-context.js';
import type { EndedJob } from './job-end.js';

export type OutcomeRow = RowOf<typeof TABLES.resultFacts>;

const MAX_TEXT = 2_000;
const UNREAD: DefinitionEvidence = { state: 'unread' };

/** How a result says that its job ended. */
export interface ResultSummary {
  readonly state: string | null;
  readonly reason: string | null;
}

/** The summary of a result's document; none before it was read. */
function resultSummary(result: ResultEvidence): ResultSummary {
  if (result.state === 'unreadable') return { state: 'unknown', reason: 'the result cannot be read' };
  if (result.state !== 'read') return { state: null, reason: null };
  const { state, reason } = flowSummary(result.json);
  return { state, reason: reason?.slice(0, MAX_TEXT) ?? null };
}

/** A job's outcome by the chain and its result, with nothing known of its definition. */
export function outcomeRow(
  job: EndedJob,
  attribution: Attribution,
  { state, reason }: ResultSummary = { state: null, reason: null },
): OutcomeRow {
  return {
    job_id: job.id,
    cid: job.resultCid,
    definition_cid: job.definitionCid,
    basis: job.basis,
    state,
    reason,
    outcome: attribution.outcome,
    fault: attribution.fault,
    fault_code: attribution.code,
    fault_reason: attribution.reason,
    host_generation: attribution.generation,
    waits_for: attribution.waitsFor,
    counted_at: countedAt(job),
  };
}

/** When an outcome came about: what the chain has no time for counts when the job began. */
function countedAt({ end, listedAt, startedAt, endedAt, timeout }: EndedJob): bigint | null {
  // A run that stands has an outcome only once its time is over.
  if (end === 'open') return startedAt === null ? null : startedAt + timeout;
  return endedAt ?? startedAt ?? listedAt;
}

/** The chain's facts of a job for {@link attributeFault}. */
export const chainFactsOf = (job: EndedJob, now: bigint | null): ChainFacts => ({
  end: job.end,
  startedAt: job.startedAt,
  endedAt: job.endedAt,
  timeout: job.timeout,
  now,
});

/** Attributes jobs with all that is known; those of runs that simply go on are left out. */
export async function attributeJobs(
  client: DatabaseClient,
  jobs: readonly EndedJob[],
  now: bigint | null,
  resultOf: (job: EndedJob) => ResultEvidence | Promise<ResultEvidence>,
): Promise<OutcomeRow[]> {
  const definitions = await definitionEvidence(client, [...new Set(jobs.map((job) => job.definitionCid))]);
  const rows: OutcomeRow[] = [];
  for (const job of jobs) {
    const definition = definitions.get(job.definitionCid) ?? UNREAD;
    const chain = chainFactsOf(job, now);
    const result = await resultOf(job);
    let found = attributeFault(chain, result, { definition, ranElsewhere: false });
    if (found.waitsFor === 'elsewhere' || found.waitsFor === 'definition_found') {
      const nodes = await nodesThatRan(client, job.definitionCid);
      const ranElsewhere = nodes.some((node) => node !== job.node);
      found = attributeFault(chain, result, { definition, ranElsewhere });
    }
    if (found.code !== 'running') rows.push(outcomeRow(job, found, resultSummary(result)));
  }
  return rows;
}

const byJob = (rows: readonly OutcomeRow[]): OutcomeRow[] =>
  [...rows].sort((a, b) => (String(a.job_id) < String(b.job_id) ? -1 : 1));

/**
 * Adds rows for jobs that have none. All who write these rows take them in the order of their jobs, after the documents'
 * rows, so that they never wait for each other in a circle.
 */
export function addOutcomes(client: DatabaseClient, rows: readonly OutcomeRow[]): Promise<number> {
  return writeRows(client, TABLES.resultFacts, byJob(rows), 'keep');
}

/** Locks the outcomes of jobs, in the order of the jobs. @returns what each rests on, by job */
export async function lockOutcomes(
  client: DatabaseClient,
  jobs: readonly { readonly id: string }[],
): Promise<ReadonlyMap<string, string>> {
  if (jobs.length === 0) return new Map();
  const { rows } = await client.query<{ id: string; basis: string }>(
    'SELECT job_id AS id, basis FROM result_facts WHERE job_id = ANY ($1) ORDER BY job_id FOR UPDATE',
    [jobs.map(({ id }) => id)],
  );
  return new Map(rows.map(({ id, basis }) => [id, basis]));
}

/** Replaces locked rows, except those that meanwhile rest on other facts of the chain. */
export async function replaceLocked(
  client: DatabaseClient,
  rows: readonly OutcomeRow[],
  basisOf: ReadonlyMap<string, string>,
): Promise<void> {
  const valid = rows.filter(({ job_id, basis }) => basisOf.get(String(job_id)) === basis);
  await writeRows(client, TABLES.resultFacts, valid, 'replace');
}
