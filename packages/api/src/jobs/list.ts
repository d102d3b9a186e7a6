import { z } from 'zod';
import { int, type Numeric } from '../read/columns.js';
import type { Directory } from '../read/directory.js';
import type { Reader } from '../read/index-reader.js';
import { AddressText } from '../read/inputs.js';
import { Cursor, decodeCursor, encodeCursor, type Page, PageLimit, toPage } from '../read/page.js';
import { JOB_COLUMNS, JOB_FROM, type JobRow, type JobSqlRow, toJobRow } from './row.js';

const JOB_STATUSES = [
  'queued',
  'running',
  'finished',
  'ended',
  'done',
  'stopped',
  'delisted',
  'recovered',
  'unqueued',
] as const;

const Status = z.enum(JOB_STATUSES);

export const JobListInput = z.strictObject({
  cursor: Cursor.nullish(),
  limit: PageLimit.default(50),
  status: z.union([Status, z.array(Status).min(1).max(JOB_STATUSES.length)]).optional(),
  /** How results say jobs ended. */
  result: z.enum(['success', 'failed', 'stopped', 'unknown']).optional(),
  market: AddressText.optional(),
  node: AddressText.optional(),
  project: AddressText.optional(),
  model: z.string().min(1).max(200).optional(),
  sort: z.enum(['newest', 'oldest']).default('newest'),
});
export type JobListInput = z.infer<typeof JobListInput>;

/** A page of jobs in the order of their listing, every life of a reused address apart. */
export async function listJobs(
  reader: Reader,
  directory: Directory,
  input: JobListInput,
): Promise<Page<JobRow>> {
  const values: unknown[] = [];
  const where: string[] = [];
  const bind = (value: unknown) => `$${values.push(value)}`;
  if (input.status !== undefined) where.push(`j.status = any(${bind([input.status].flat())}::text[])`);
  if (input.result !== undefined) where.push(`r.state = ${bind(input.result)}`);
  if (input.market !== undefined) where.push(`j.market = ${bind(input.market)}`);
  if (input.node !== undefined) where.push(`j.node = ${bind(input.node)}`);
  if (input.project !== undefined) where.push(`j.project = ${bind(input.project)}`);
  if (input.model !== undefined) where.push(`d.model = ${bind(input.model)}`);
  const fewNameModel = input.model !== undefined && (await isNamedByFew(reader, input.model));
  if (fewNameModel) where.push(`j.listed_position in (${positionsOf(bind(input.model))})`);
  const place = !fewNameModel && (await isRareResult(reader, input)) ? LISTED_OF_RESULT : 'j.listed_position';
  if (input.cursor) {
    const compare = input.sort === 'newest' ? '<' : '>';
    where.push(`${place} ${compare} ${bind(decodeCursor(input.cursor).key)}`);
  }
  const rows = await reader.rows<JobSqlRow>(
    `select ${JOB_COLUMNS} ${JOB_FROM}
     ${where.length === 0 ? '' : `where ${where.join(' and ')}`}
     order by ${place} ${input.sort === 'newest' ? 'desc' : 'asc'}
     limit ${bind(input.limit + 1)}`,
    values,
  );
  return toPage(
    rows.map((row) => toJobRow(row, directory)),
    input.limit,
    (row) => encodeCursor(row.listedPosition, row.id),
  );
}

/** Jobs of a model up to which they are gathered and put in order; of a model that more have, the newest jobs hold enough. */
const FEW = 10_000;

const positionsOf = (model: string): string =>
  `select n.listed_position from definition_facts f join job n on n.definition_cid = f.cid where f.model = ${model}`;

async function isNamedByFew(reader: Reader, model: string): Promise<boolean> {
  const found = await reader.first<{ jobs: Numeric }>(
    `select count(*) as jobs from (${positionsOf('$1')} limit ${FEW + 1}) named`,
    [model],
  );
  return int(found?.jobs ?? 0) <= FEW;
}

/** A job's id ends with it. Results have an index on it. */
const LISTED_OF_RESULT = "split_part(r.job_id, '@', 2)";

/**
 * Whether jobs are better found by what their results say than by whose they are: where fewer results say so than the market
 * has jobs. Nodes and projects have few jobs beside either.
 */
async function isRareResult(
  reader: Reader,
  { result, market, node, project }: JobListInput,
): Promise<boolean> {
  if (result === undefined || node !== undefined || project !== undefined) return false;
  if (market === undefined) return true;
  const counts = await reader.first<{ results: Numeric; jobs: Numeric }>(
    `select (select coalesce(sum(jobs), 0) from outcome_count where state = $1) as results,
       (select coalesce(sum(jobs), 0) from job_count where market = $2) as jobs`,
    [result, market],
  );
  return counts !== undefined && int(counts.results) < int(counts.jobs);
}
