import { z } from 'zod';
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
  if (input.cursor) {
    const compare = input.sort === 'newest' ? '<' : '>';
    where.push(`j.listed_position ${compare} ${bind(decodeCursor(input.cursor).key)}`);
  }
  const rows = await reader.rows<JobSqlRow>(
    `select ${JOB_COLUMNS} ${JOB_FROM}
     ${where.length === 0 ? '' : `where ${where.join(' and ')}`}
     order by j.listed_position ${input.sort === 'newest' ? 'desc' : 'asc'}
     limit ${bind(input.limit + 1)}`,
    values,
  );
  return toPage(
    rows.map((row) => toJobRow(row, directory)),
    input.limit,
    (row) => encodeCursor(row.listedPosition, row.id),
  );
}
