import type { DatabaseClient } from '@inferscan/db';

import type { RowDifference, TableDifferences } from './differences.js';
import { HARDWARE_COUNTS } from './hardware-counts.js';

/** A table in which triggers count rows of others, with a count from scratch. */
export interface Counts {
  readonly table: string;
  readonly key: readonly string[];
  readonly counted: readonly string[];
  readonly query: string;
  /** Where a count lies in several rows: what they say together. */
  readonly stored?: string;
  /** Counts it anew, with all that is counted with it, where the query is not all that is kept. */
  readonly anew?: string;
}

// The names of the real tables are those of the folded ones for a while.
const COUNTS: readonly Counts[] = [
  {
    table: 'job_count',
    key: ['market', 'node', 'status'],
    counted: ['jobs', 'paid'],
    query: `SELECT market, coalesce(node, '') AS node, status, count(*) AS jobs, sum(paid) AS paid
      FROM public.job GROUP BY 1, 2, 3`,
  },
  {
    table: 'outcome_count',
    key: ['node', 'state'],
    counted: ['jobs'],
    query: `SELECT j.node, r.state, count(*) AS jobs
      FROM public.job AS j JOIN public.result_facts AS r ON r.job_id = j.id
      WHERE j.node IS NOT NULL AND r.state IS NOT NULL GROUP BY 1, 2`,
  },
  {
    table: 'project_count',
    key: ['project'],
    counted: ['jobs'],
    query: 'SELECT project, count(*) AS jobs FROM public.job GROUP BY 1',
  },
  {
    table: 'run_count',
    key: ['node', 'market'],
    counted: ['runs', 'earned'],
    query: 'SELECT node, market, count(*) AS runs, sum(paid) AS earned FROM public.run GROUP BY 1, 2',
  },
  {
    table: 'ledger_sum',
    key: ['market', 'kind'],
    counted: ['entries', 'amount', 'vault_delta'],
    query: `SELECT market, kind, count(*) AS entries, sum(amount) AS amount, sum(vault_delta) AS vault_delta
      FROM public.ledger_entry GROUP BY 1, 2`,
  },
  {
    table: 'content_count',
    key: ['status'],
    counted: ['documents', 'dropped'],
    query:
      'SELECT status, count(*) AS documents, count(dropped_at) AS dropped FROM public.content GROUP BY 1',
    stored: `SELECT status, sum(documents) AS documents, sum(dropped) AS dropped
      FROM public.content_count GROUP BY 1`,
  },
  ...HARDWARE_COUNTS,
];

const SHOWN = 5;

interface CountRow {
  readonly key: string;
  readonly kind: RowDifference['kind'];
  readonly stored: Record<string, unknown> | null;
  readonly counted: Record<string, unknown> | null;
}

/** Compares what triggers counted with the rows that are there. A count of nothing may be there or not. */
export async function compareCounts(client: DatabaseClient): Promise<TableDifferences[]> {
  const found: TableDifferences[] = [];
  for (const { table, key, counted, query, stored = `SELECT * FROM public.${table}` } of COUNTS) {
    const scratch = `counted_${table}`;
    await client.query(`CREATE TEMPORARY TABLE ${scratch} ON COMMIT DROP AS ${query}`);
    const { rows: total } = await client.query<{ rows: bigint }>(`SELECT count(*) AS rows FROM ${scratch}`);
    const isSomething = counted.map((name) => `${name} <> 0`).join(' OR ');
    const columns = (alias: string): string => counted.map((name) => `${alias}.${name}`).join(', ');
    const { rows } = await client.query<CountRow>(
      `SELECT concat_ws(' ', ${key.join(', ')}) AS key,
         CASE WHEN stored IS NULL THEN 'missing' WHEN counted IS NULL THEN 'extra' ELSE 'changed' END AS kind,
         to_jsonb(stored) AS stored, to_jsonb(counted) AS counted
       FROM (SELECT * FROM (${stored}) AS kept WHERE ${isSomething}) AS stored
       FULL JOIN ${scratch} AS counted USING (${key.join(', ')})
       WHERE ROW(${columns('stored')}) IS DISTINCT FROM ROW(${columns('counted')}) ORDER BY 1`,
    );
    const number = (kind: CountRow['kind']): number => rows.filter((row) => row.kind === kind).length;
    found.push({
      table,
      rows: Number(total[0]?.rows ?? 0),
      missing: number('missing'),
      changed: number('changed'),
      extra: number('extra'),
      first: rows.slice(0, SHOWN).map((row) => describe(row, counted)),
    });
  }
  return found;
}

function describe({ key, kind, stored, counted }: CountRow, names: readonly string[]): RowDifference {
  if (stored === null || counted === null) return { key, kind, columns: {} };
  const differing = names.filter((name) => stored[name] !== counted[name]);
  return {
    key,
    kind,
    columns: Object.fromEntries(
      differing.map((name) => [name, { stored: stored[name], folded: counted[name] }]),
    ),
  };
}

/** Counts anew what was counted wrong, when all that is counted is as it should be. */
export async function countAnew(
  client: DatabaseClient,
  differences: readonly TableDifferences[],
): Promise<void> {
  const others = new Set<string>();
  for (const { table, key, counted, query, anew } of COUNTS) {
    const found = differences.find((each) => each.table === table);
    if (found === undefined || found.missing + found.changed + found.extra === 0) continue;
    if (anew !== undefined) {
      others.add(anew);
      continue;
    }
    await client.query(`DELETE FROM public.${table}`);
    await client.query(`INSERT INTO public.${table} (${[...key, ...counted].join(', ')}) ${query}`);
  }
  for (const statement of others) await client.query(statement);
}
