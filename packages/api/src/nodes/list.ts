import { Z_95 } from '@inferscan/reputation';
import { z } from 'zod';
import { DomainError } from '../errors/domain-error.js';
import type { Directory } from '../read/directory.js';
import type { Reader } from '../read/index-reader.js';
import { AddressText } from '../read/inputs.js';
import { Cursor, decodeCursor, encodeCursor, type Page, PageLimit, toPage } from '../read/page.js';
import { NODE_COLUMNS, NODE_JOINS, NODE_VIEW, type NodeRow, type NodeSqlRow, toNodeRow } from './row.js';

export const NodeListInput = z.strictObject({
  cursor: Cursor.nullish(),
  limit: PageLimit.default(50),
  sort: z.enum(['earned', 'success', 'lastSeen']).default('lastSeen'),
  direction: z.enum(['desc', 'asc']).default('desc'),
  /** Nodes that ran a job of this market or wait in its queue. */
  market: AddressText.optional(),
  state: z.enum(['running', 'queued', 'away']).optional(),
});
export type NodeListInput = z.infer<typeof NodeListInput>;

/** The lower end of the Wilson interval, so that few runs do not outrank many; -1 without runs. */
const SUCCESS_KEY = `case when v.trials = 0 then -1::float8 else (
  v.succeeded::float8 / v.trials + ${Z_95 ** 2} / (2 * v.trials)
  - ${Z_95} * sqrt((v.succeeded::float8 / v.trials * (1 - v.succeeded::float8 / v.trials) + ${Z_95 ** 2} / (4 * v.trials)) / v.trials)
) / (1 + ${Z_95 ** 2} / v.trials) end`;

const SORT_KEYS: Record<NodeListInput['sort'], string> = {
  earned: 'v.earned::float8',
  success: SUCCESS_KEY,
  lastSeen: 'coalesce(v.last_seen_at, 0)::float8',
};

const STATES: Record<NonNullable<NodeListInput['state']>, string> = {
  running: 'v.running_job is not null',
  queued: 'v.running_job is null and v.queued_in is not null',
  away: 'v.running_job is null and v.queued_in is null',
};

/** A page of nodes; those with equal keys in the order of their addresses. */
export async function listNodes(
  reader: Reader,
  directory: Directory,
  input: NodeListInput,
): Promise<Page<NodeRow>> {
  const values: unknown[] = [];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const key = SORT_KEYS[input.sort];
  const where: string[] = [];
  if (input.market !== undefined) {
    const market = bind(input.market);
    where.push(
      `(v.queued_in = ${market} or exists (select from run_count c where c.node = v.address and c.market = ${market} and c.runs > 0))`,
    );
  }
  if (input.state !== undefined) where.push(STATES[input.state]);
  if (input.cursor) {
    const after = decodeCursor(input.cursor);
    if (!Number.isFinite(Number(after.key))) {
      throw new DomainError('invalid', 'cursor: expected a nextCursor of the same list');
    }
    const compare = input.direction === 'desc' ? '<' : '>';
    where.push(`(${key}, v.address) ${compare} (${bind(after.key)}::float8, ${bind(after.id)})`);
  }
  const rows = await reader.rows<NodeSqlRow & { sort_key: number }>(
    `${NODE_VIEW}
     select ${NODE_COLUMNS}, v.sort_key from (
       select v.*, ${key} as sort_key from node_view v
       ${where.length === 0 ? '' : `where ${where.join(' and ')}`}
       order by sort_key ${input.direction}, v.address ${input.direction} limit ${bind(input.limit + 1)}
     ) v ${NODE_JOINS}
     order by v.sort_key ${input.direction}, v.address ${input.direction}`,
    values,
  );
  const page = toPage(rows, input.limit, (row) => encodeCursor(String(row.sort_key), row.address));
  return { rows: page.rows.map((row) => toNodeRow(row, directory)), nextCursor: page.nextCursor };
}
