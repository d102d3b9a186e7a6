import pg from 'pg';

import {
  type CopyValue,
  copyField,
  copyLinesInto,
  createCopyLines,
  jsonText,
  quotedTarget,
} from '../connection/copy.js';
import type { ColumnType } from './table.js';
import type { RowOf, TableSpec } from './tables.js';

/** What to do where a row with the same key exists. */
export type OnConflict = 'keep' | 'replace';

/** Up to here one statement with the rows as JSON is faster than a temporary table (measured: even at ~300). */
const COPY_FROM_ROWS = 300;

/** Whether {@link writeRows} writes so many rows in one statement, which it sends before it returns. */
export const isOneStatement = (count: number): boolean => count < COPY_FROM_ROWS;

/**
 * Writes rows within the client's transaction: few in one statement, many through COPY into a temporary
 * table and one INSERT. With 'replace' no two rows may share a key.
 * @returns how many rows were inserted or replaced
 */
export async function writeRows<Spec extends TableSpec>(
  client: pg.ClientBase,
  spec: Spec,
  rows: readonly RowOf<Spec>[],
  onConflict: OnConflict,
): Promise<number> {
  if (rows.length === 0) return 0;
  return isOneStatement(rows.length)
    ? insertJson(client, spec, rows, onConflict)
    : insertCopied(client, spec, rows, onConflict);
}

/**
 * Appends rows by COPY within the client's transaction. A row that is there already is an error, where the table has a key.
 * @returns how many rows were written
 */
export async function appendRows<Spec extends TableSpec>(
  client: pg.ClientBase,
  spec: Spec,
  rows: readonly RowOf<Spec>[],
): Promise<number> {
  await copyRowsInto(client, spec.table, spec, rows);
  return rows.length;
}

const identifier = (name: string): string => pg.escapeIdentifier(name);

function conflictClause(spec: TableSpec, onConflict: OnConflict): string {
  const key = spec.key.map(identifier).join(', ');
  const rest = Object.keys(spec.columns).filter((name) => !spec.key.includes(name));
  if (onConflict === 'keep' || rest.length === 0) return `ON CONFLICT (${key}) DO NOTHING`;
  const set = rest.map((name) => `${identifier(name)} = excluded.${identifier(name)}`).join(', ');
  return `ON CONFLICT (${key}) DO UPDATE SET ${set}`;
}

async function insertJson<Spec extends TableSpec>(
  client: pg.ClientBase,
  spec: Spec,
  rows: readonly RowOf<Spec>[],
  onConflict: OnConflict,
): Promise<number> {
  const columns = Object.entries(spec.columns);
  const names = columns.map(([name]) => name);
  const typed = columns.map(([name, type]) => `${identifier(name)} ${type}`).join(', ');
  const { rowCount } = await client.query(
    `INSERT INTO ${quotedTarget(spec.table, names)}
     SELECT ${names.map(identifier).join(', ')} FROM jsonb_to_recordset($1::jsonb) AS source (${typed})
     ${conflictClause(spec, onConflict)}`,
    [jsonText(rows)],
  );
  return rowCount ?? 0;
}

async function insertCopied<Spec extends TableSpec>(
  client: pg.ClientBase,
  spec: Spec,
  rows: readonly RowOf<Spec>[],
  onConflict: OnConflict,
): Promise<number> {
  const names = Object.keys(spec.columns);
  const staging = `staging_${spec.table}`;
  const list = names.map(identifier).join(', ');
  await client.query(
    `CREATE TEMPORARY TABLE IF NOT EXISTS ${identifier(staging)} ON COMMIT DELETE ROWS
     AS SELECT ${list} FROM ${identifier(spec.table)} WITH NO DATA`,
  );
  await client.query(`TRUNCATE ${identifier(staging)}`);
  await copyRowsInto(client, staging, spec, rows);
  const { rowCount } = await client.query(
    `INSERT INTO ${quotedTarget(spec.table, names)} SELECT ${list} FROM ${identifier(staging)}
     ${conflictClause(spec, onConflict)}`,
  );
  return rowCount ?? 0;
}

async function copyRowsInto<Spec extends TableSpec>(
  client: pg.ClientBase,
  table: string,
  { columns }: Spec,
  rows: readonly RowOf<Spec>[],
): Promise<void> {
  const list: readonly [string, ColumnType][] = Object.entries(columns);
  const lines = createCopyLines();
  for (const row of rows) lines.add(lineOf(row, list));
  await copyLinesInto(
    client,
    table,
    list.map(([name]) => name),
    lines.take(),
  );
}

function lineOf(
  row: Readonly<Record<string, unknown>>,
  columns: readonly (readonly [string, ColumnType])[],
): string {
  let line = '';
  let before = '';
  for (const [name, type] of columns) {
    const value = row[name] ?? null;
    line += before + copyField(type === 'jsonb' && value !== null ? { json: value } : (value as CopyValue));
    before = '\t';
  }
  return `${line}\n`;
}
