import pg from 'pg';

import { type CopyValue, copyInto, jsonText, quotedTarget } from '../connection/copy.js';
import type { RowOf, TableSpec } from './tables.js';

/** What to do where a row with the same key exists. */
export type OnConflict = 'keep' | 'replace';

/** Up to here one statement with the rows as JSON is faster than a temporary table (measured: even at ~300). */
const COPY_FROM_ROWS = 300;

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
  return rows.length < COPY_FROM_ROWS
    ? insertJson(client, spec, rows, onConflict)
    : insertCopied(client, spec, rows, onConflict);
}

/**
 * Appends rows by COPY within the client's transaction. A row that is there already is an error, where the table has a key.
 * @returns how many rows were written
 */
export function appendRows<Spec extends TableSpec>(
  client: pg.ClientBase,
  spec: Spec,
  rows: readonly RowOf<Spec>[],
): Promise<number> {
  const names = Object.keys(spec.columns);
  return copyInto(client, spec.table, names, copyRows(spec, names, rows));
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
  await copyInto(client, staging, names, copyRows(spec, names, rows));
  const { rowCount } = await client.query(
    `INSERT INTO ${quotedTarget(spec.table, names)} SELECT ${list} FROM ${identifier(staging)}
     ${conflictClause(spec, onConflict)}`,
  );
  return rowCount ?? 0;
}

function* copyRows<Spec extends TableSpec>(
  spec: Spec,
  names: readonly string[],
  rows: readonly RowOf<Spec>[],
): Generator<CopyValue[]> {
  const columns: Readonly<Record<string, string>> = spec.columns;
  for (const row of rows) {
    const values: Readonly<Record<string, unknown>> = row;
    yield names.map((name) => {
      const value = values[name];
      if (value === null || value === undefined) return null;
      return columns[name] === 'jsonb' ? { json: value } : (value as CopyValue);
    });
  }
}
