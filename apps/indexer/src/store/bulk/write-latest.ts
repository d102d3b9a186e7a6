import {
  appendRows,
  type CopyLines,
  copyLinesInto,
  createCopyLines,
  type DatabaseClient,
  type RowOf,
  TABLES,
  type TableSpec,
  writeRows,
} from '@inferscan/db';
import { type ChainPosition, UNKNOWN_DIGEST } from '@inferscan/protocol';
import type { OutcomeRow } from '../../content/outcome-rows.js';
import { cidOf } from '../cid.js';
import { registrationRow, rewardPoolRow, rewardRow, stakeRow } from '../program-rows.js';
import { jobRow, marketRow, nodeRow, runRow } from '../rows.js';
import type { Latest } from './latest.js';
import { addJob, addRun } from './lines.js';

/** Writes records that changed. Those that began after `since` are not there yet: they are only appended. */
export async function writeLatest(
  client: DatabaseClient,
  { markets, jobs, runs, ...latest }: Latest,
  outcomes: readonly OutcomeRow[],
  since: ChainPosition,
): Promise<void> {
  await replace(client, TABLES.market, [...markets.values()].map(marketRow));
  const [newJobs, oldJobs] = partition(jobs.values(), (job) => job.listedPosition > since);
  await append(client, TABLES.job, newJobs, addJob);
  await replace(client, TABLES.job, oldJobs.map(jobRow));
  const [newRuns, oldRuns] = partition(runs.values(), (run) => run.startedPosition > since);
  await append(client, TABLES.run, newRuns, addRun);
  await replace(client, TABLES.run, oldRuns.map(runRow));
  await replace(client, TABLES.node, [...latest.nodes.values()].map(nodeRow));
  await replace(client, TABLES.stake, [...latest.stakes.values()].map(stakeRow));
  await replace(client, TABLES.nodeRegistration, [...latest.nodeRegistrations.values()].map(registrationRow));
  await replace(client, TABLES.rewardPool, [...latest.rewardPools.values()].map(rewardPoolRow));
  await replace(client, TABLES.reward, [...latest.rewards.values()].map(rewardRow));
  await queueDocuments(client, { jobs });
  await writeOutcomes(client, { jobs }, outcomes, since);
}

const replace = <Spec extends TableSpec>(client: DatabaseClient, spec: Spec, rows: readonly RowOf<Spec>[]) =>
  writeRows(client, spec, rows, 'replace');

async function append<Item>(
  client: DatabaseClient,
  { table, columns }: TableSpec,
  records: readonly Item[],
  add: (lines: CopyLines, record: Item) => void,
): Promise<void> {
  const lines = createCopyLines();
  for (const record of records) add(lines, record);
  await copyLinesInto(client, table, Object.keys(columns), lines.take());
}

function partition<Item>(items: Iterable<Item>, isFirst: (item: Item) => boolean): [Item[], Item[]] {
  const parts: [Item[], Item[]] = [[], []];
  for (const item of items) parts[isFirst(item) ? 0 : 1].push(item);
  return parts;
}

/** Queues documents that were not known before. Results first: one that is both is shown as what somebody waits for. */
async function queueDocuments(client: DatabaseClient, { jobs }: Pick<Latest, 'jobs'>): Promise<void> {
  const wanted = new Map<string, 'definition' | 'result'>();
  for (const { resultDigest } of jobs.values()) {
    if (resultDigest !== null && resultDigest !== UNKNOWN_DIGEST) wanted.set(resultDigest, 'result');
  }
  for (const { definitionDigest: digest } of jobs.values()) {
    if (digest !== UNKNOWN_DIGEST && !wanted.has(digest)) wanted.set(digest, 'definition');
  }
  const now = new Date();
  const rows = [...wanted].map(([digest, kind]) => ({
    cid: cidOf(digest),
    kind,
    status: 'pending',
    next_attempt_at: now,
  }));
  await writeRows(client, TABLES.content, rows, 'keep');
}

async function writeOutcomes(
  client: DatabaseClient,
  { jobs }: Pick<Latest, 'jobs'>,
  outcomes: readonly OutcomeRow[],
  since: ChainPosition,
): Promise<void> {
  const known = [...jobs.values()].filter(({ listedPosition }) => listedPosition <= since);
  await client.query('DELETE FROM result_facts WHERE job_id = ANY ($1)', [known.map(({ id }) => id)]);
  await appendRows(client, TABLES.resultFacts, outcomes);
}
