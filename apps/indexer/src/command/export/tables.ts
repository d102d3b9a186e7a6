import { type ColumnType, TABLES, type TableSpec } from '@inferscan/db';

/** A table as it can be exported. */
export interface ExportTable {
  /** By which it is asked for, and its file's name. */
  readonly name: string;
  readonly spec: TableSpec;
  /** Column that tells where in history a row belongs; null: the table is exported whole. */
  readonly place: { readonly column: string; readonly kind: 'slot' | 'position' } | null;
}

const at = (column: string, kind: 'slot' | 'position') => ({ column, kind });

/** What can be exported. Jobs and runs belong where they began. */
export const EXPORT_TABLES: readonly ExportTable[] = [
  { name: 'jobs', spec: TABLES.job, place: at('listed_position', 'position') },
  { name: 'runs', spec: TABLES.run, place: at('started_position', 'position') },
  { name: 'markets', spec: TABLES.market, place: null },
  { name: 'nodes', spec: TABLES.node, place: null },
  { name: 'ledger', spec: TABLES.ledgerEntry, place: at('position', 'position') },
  { name: 'events', spec: TABLES.event, place: at('position', 'position') },
  { name: 'transactions', spec: TABLES.chainTransaction, place: at('slot', 'slot') },
  { name: 'stakes', spec: TABLES.stake, place: null },
  { name: 'registrations', spec: TABLES.nodeRegistration, place: null },
  { name: 'reward-pools', spec: TABLES.rewardPool, place: null },
  { name: 'rewards', spec: TABLES.reward, place: null },
  { name: 'anomalies', spec: TABLES.anomaly, place: at('position', 'position') },
  { name: 'definitions', spec: TABLES.definitionFacts, place: null },
  { name: 'outcomes', spec: TABLES.resultFacts, place: null },
  { name: 'receipts', spec: TABLES.receipt, place: null },
  { name: 'hardware', spec: TABLES.nodeHardware, place: null },
  { name: 'node-reports', spec: TABLES.nodeReport, place: null },
];

/** Slots, both ends included. */
export interface SlotWindow {
  readonly from: bigint | null;
  readonly to: bigint | null;
}

export type ExportFormat = 'csv' | 'ndjson';

const SLOT_DIGITS = 12;

/** Positions begin with the slot in 12 digits. */
function conditionOf({ place }: ExportTable, { from, to }: SlotWindow): string {
  if (place === null) return 'true';
  const bound = (slot: bigint): string =>
    place.kind === 'slot' ? slot.toString() : `'${slot.toString().padStart(SLOT_DIGITS, '0')}'`;
  return [
    ...(from === null ? [] : [`${place.column} >= ${bound(from)}`]),
    ...(to === null ? [] : [`${place.column} < ${bound(to + 1n)}`]),
    'true',
  ].join(' AND ');
}

/** Readers of JSON make floats of numbers: amounts, which may need all digits, are text. */
const jsonColumn = ([name, type]: [string, ColumnType]): string =>
  type === 'numeric' ? `"${name}"::text AS "${name}"` : `"${name}"`;

/** The query of a table's rows, and how many there are. */
export function queriesOf(table: ExportTable, format: ExportFormat, window: SlotWindow) {
  const { spec } = table;
  const from = `FROM ${spec.table} WHERE ${conditionOf(table, window)}`;
  const order = `ORDER BY ${spec.key.map((name) => `"${name}"`).join(', ')}`;
  const columns = Object.entries(spec.columns);
  const names = columns.map(([name]) => `"${name}"`).join(', ');
  return {
    count: `SELECT count(*) AS n ${from}`,
    copy:
      format === 'csv'
        ? `COPY (SELECT ${names} ${from} ${order}) TO STDOUT (FORMAT csv, HEADER)`
        : // No JSON holds these characters as they are, so nothing is quoted or escaped a second time.
          `COPY (SELECT to_json(line)::text FROM (SELECT ${columns.map(jsonColumn).join(', ')} ${from} ${order}) AS line)
           TO STDOUT (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02')`,
  };
}
