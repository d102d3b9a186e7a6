import type { Database } from '@inferscan/db';

import { countMarkedHours } from '../rollup/rebuild.js';

/** What the database says of the index. */
export interface DatabaseStatus {
  readonly finalizedSlot: bigint | null;
  readonly heartbeat: {
    readonly at: Date;
    readonly headSlot: bigint;
    readonly indexedSlot: bigint;
    readonly phase: 'backfill' | 'tip';
    readonly error: string | null;
  } | null;
  /** Hours whose figures are to be counted again. */
  readonly hoursToCount: number;
  readonly lastReconciliation: {
    readonly at: string;
    readonly slot: string;
    readonly accounts: number;
    readonly vaults: number;
    readonly differences: number;
  } | null;
  readonly lastDifference: {
    readonly at: string;
    readonly slot: string;
    readonly differences: number;
    readonly kind: string;
    readonly address: string;
    readonly field: string;
    readonly indexed: string | null;
    readonly onChain: string | null;
    readonly cause: string;
  } | null;
}

interface ReconciliationRow {
  readonly at: Date;
  readonly slot: bigint;
  readonly accounts: number;
  readonly vaults: number;
  readonly differences: number;
}

/** Reads it. @throws what the connection reports */
export async function readDatabaseStatus({ pool }: Pick<Database, 'pool'>): Promise<DatabaseStatus> {
  const [checkpoint, heartbeat, hoursToCount, last, differing] = await Promise.all([
    pool.query<{ finalizedSlot: bigint }>(
      'SELECT finalized_slot AS "finalizedSlot" FROM checkpoint WHERE id = 1',
    ),
    pool.query<NonNullable<DatabaseStatus['heartbeat']>>(
      `SELECT heartbeat_at AS at, head_slot AS "headSlot", indexed_slot AS "indexedSlot", phase, error
       FROM indexer_status WHERE id = 1`,
    ),
    countMarkedHours(pool),
    pool.query<ReconciliationRow>(
      'SELECT at, slot, accounts, vaults, differences FROM reconciliation ORDER BY id DESC LIMIT 1',
    ),
    pool.query<ReconciliationRow & Omit<NonNullable<DatabaseStatus['lastDifference']>, 'at' | 'slot'>>(
      `SELECT r.at, r.slot, r.differences, d.kind, d.address, d.field, d.indexed, d.on_chain AS "onChain", d.cause
       FROM difference AS d JOIN reconciliation AS r ON r.id = d.reconciliation_id
       ORDER BY d.reconciliation_id DESC, d.kind, d.address, d.field LIMIT 1`,
    ),
  ]);
  const text = <Row extends { at: Date; slot: bigint }>(row: Row | undefined) =>
    row === undefined ? null : { ...row, at: row.at.toISOString(), slot: row.slot.toString() };
  return {
    finalizedSlot: checkpoint.rows[0]?.finalizedSlot ?? null,
    heartbeat: heartbeat.rows[0] ?? null,
    hoursToCount,
    lastReconciliation: text(last.rows[0]),
    lastDifference: text(differing.rows[0]),
  };
}
