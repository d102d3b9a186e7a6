import { type DatabaseClient, TABLES, type TableSpec } from '@inferscan/db';

import { EVENT_SUBJECTS, FOLDED_TABLES } from './shadow.js';

/** How many rows of a table are not what folding the events gives. */
export interface TableDifferences {
  readonly table: string;
  /** Rows that folding gives. */
  readonly rows: number;
  readonly missing: number;
  readonly changed: number;
  /** Rows that no event explains. */
  readonly extra: number;
  readonly first: readonly RowDifference[];
}

export interface RowDifference {
  readonly key: string;
  readonly kind: 'missing' | 'changed' | 'extra';
  /** Columns that differ: what is stored and what folding gives. */
  readonly columns: Readonly<Record<string, { readonly stored: unknown; readonly folded: unknown }>>;
}

const SHOWN = 5;

/** A table with the condition for rows that are to be compared. */
interface Compared {
  readonly spec: Pick<TableSpec, 'table' | 'key' | 'columns'>;
  readonly where: string;
}

const UNDO = {
  table: 'undo',
  key: ['slot', 'table_name', 'key'],
  columns: { slot: 'bigint', table_name: 'text', key: 'text', before: 'jsonb' },
} as const satisfies Compared['spec'];

// What rows were before slots that are final is of no use to anybody.
const COMPARED: readonly Compared[] = [
  ...FOLDED_TABLES.map((spec) => ({ spec, where: 'true' })),
  { spec: UNDO, where: 'slot > (SELECT finalized_slot FROM public.checkpoint WHERE id = 1)' },
];

/** Compares the shadow's tables with the real ones, and notes which rows differ for {@link applyDifferences}. */
export async function findDifferences(client: DatabaseClient): Promise<TableDifferences[]> {
  const found: TableDifferences[] = [];
  for (const compared of COMPARED) found.push(await compareTable(client, compared));
  found.push(await compareEvents(client));
  return found;
}

const differing = ({ table }: Compared['spec']): string => `differing_${table}`;
const row = (alias: string, { columns }: Compared['spec']): string =>
  `ROW(${Object.keys(columns)
    .map((name) => `${alias}."${name}"`)
    .join(', ')})`;

async function compareTable(client: DatabaseClient, { spec, where }: Compared): Promise<TableDifferences> {
  const { table, key } = spec;
  const join = key.map((name) => `folded.${name} = stored.${name}`).join(' AND ');
  const keys = key.map((name) => `coalesce(folded.${name}, stored.${name}) AS ${name}`).join(', ');
  await client.query(
    `CREATE TEMPORARY TABLE ${differing(spec)} ON COMMIT DROP AS
     SELECT ${keys}, CASE WHEN stored.${key[0]} IS NULL THEN 'missing' WHEN folded.${key[0]} IS NULL THEN 'extra'
       ELSE 'changed' END AS kind
     FROM pg_temp.${table} AS folded FULL JOIN (SELECT * FROM public.${table} WHERE ${where}) AS stored ON ${join}
     WHERE ${row('folded', spec)} IS DISTINCT FROM ${row('stored', spec)}`,
  );
  const { rows: counts } = await client.query<Record<'missing' | 'changed' | 'extra' | 'rows', bigint>>(
    `SELECT count(*) FILTER (WHERE kind = 'missing') AS missing, count(*) FILTER (WHERE kind = 'changed') AS changed,
       count(*) FILTER (WHERE kind = 'extra') AS extra, (SELECT count(*) FROM pg_temp.${table}) AS rows
     FROM ${differing(spec)}`,
  );
  const { rows: first } = await client.query<FirstRow>(
    `SELECT concat_ws(' ', ${key.map((name) => `picked.${name}`).join(', ')}) AS key, picked.kind,
       (SELECT to_jsonb(stored) FROM public.${table} AS stored WHERE ${matches('stored', key)}) AS stored,
       (SELECT to_jsonb(folded) FROM pg_temp.${table} AS folded WHERE ${matches('folded', key)}) AS folded
     FROM (SELECT * FROM ${differing(spec)} ORDER BY ${key.join(', ')} LIMIT ${SHOWN}) AS picked
     ORDER BY ${key.map((name) => `picked.${name}`).join(', ')}`,
  );
  const count = counts[0];
  return {
    table,
    rows: Number(count?.rows ?? 0),
    missing: Number(count?.missing ?? 0),
    changed: Number(count?.changed ?? 0),
    extra: Number(count?.extra ?? 0),
    first: first.map(describe),
  };
}

const matches = (alias: string, key: readonly string[]): string =>
  key.map((name) => `${alias}.${name} = picked.${name}`).join(' AND ');

interface FirstRow {
  readonly key: string;
  readonly kind: RowDifference['kind'];
  readonly stored: Record<string, unknown> | null;
  readonly folded: Record<string, unknown> | null;
}

function describe({ key, kind, stored, folded }: FirstRow): RowDifference {
  if (stored === null || folded === null) return { key, kind, columns: {} };
  const names = Object.keys(folded).filter(
    (name) => JSON.stringify(stored[name]) !== JSON.stringify(folded[name]),
  );
  return {
    key,
    kind,
    columns: Object.fromEntries(names.map((name) => [name, { stored: stored[name], folded: folded[name] }])),
  };
}

/** Events are what is folded: only whom they concern beyond their own accounts follows from it. */
async function compareEvents(client: DatabaseClient): Promise<TableDifferences> {
  const { table } = TABLES.event;
  const { rows: counts } = await client.query<{ rows: bigint; changed: bigint }>(
    'SELECT (SELECT count(*) FROM public.event) AS rows, (SELECT count(*) FROM event_subject) AS changed',
  );
  const { rows: first } = await client.query<FirstRow>(
    `SELECT position AS key, 'changed' AS kind, to_jsonb(folded) AS folded,
       (SELECT to_jsonb(picked) FROM (
         SELECT position, ${EVENT_SUBJECTS.join(', ')} FROM public.event AS e WHERE e.position = folded.position
       ) AS picked) AS stored
     FROM event_subject AS folded ORDER BY position LIMIT ${SHOWN}`,
  );
  return {
    table,
    rows: Number(counts[0]?.rows ?? 0),
    missing: 0,
    changed: Number(counts[0]?.changed ?? 0),
    extra: 0,
    first: first.map(describe),
  };
}

/** Makes the real tables what the shadow's are: only rows that differ are touched. */
export async function applyDifferences(client: DatabaseClient): Promise<void> {
  for (const { spec } of COMPARED) {
    const { table, key, columns } = spec;
    const list = Object.keys(columns)
      .map((name) => `"${name}"`)
      .join(', ');
    const same = (alias: string): string =>
      key.map((name) => `${alias}.${name} = differing.${name}`).join(' AND ');
    await client.query(
      `DELETE FROM public.${table} AS stored USING ${differing(spec)} AS differing
       WHERE differing.kind <> 'missing' AND ${same('stored')}`,
    );
    await client.query(
      `INSERT INTO public.${table} (${list}) SELECT ${list} FROM pg_temp.${table} AS folded
       WHERE EXISTS (SELECT FROM ${differing(spec)} AS differing WHERE differing.kind <> 'extra' AND ${same('folded')})`,
    );
  }
  await client.query(
    `UPDATE public.event AS stored SET ${EVENT_SUBJECTS.map((name) => `${name} = folded.${name}`).join(', ')}
     FROM event_subject AS folded WHERE folded.position = stored.position`,
  );
}
