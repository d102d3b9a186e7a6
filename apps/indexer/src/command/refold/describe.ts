import type { RowDifference, TableDifferences } from './differences.js';

/** Tables that differ, a line each, with the first rows below. */
export function describeDifferences(tables: readonly TableDifferences[]): string[] {
  return tables.flatMap(({ table, missing, changed, extra, first }) => {
    if (missing + changed + extra === 0) return [];
    return [
      `${table}: ${missing} missing, ${changed} changed, ${extra} that no event explains`,
      ...first.map((row) => `  ${row.kind} ${row.key}${columnsOf(row)}`),
    ];
  });
}

/** The values of a column as short as they can be told apart. */
const MAX_VALUE = 60;

function columnsOf({ columns }: RowDifference): string {
  const short = (value: unknown): string => JSON.stringify(value ?? null).slice(0, MAX_VALUE);
  const each = Object.entries(columns).map(
    ([name, { stored, folded }]) => `${name} ${short(stored)} instead of ${short(folded)}`,
  );
  return each.length === 0 ? '' : `: ${each.join(', ')}`;
}
