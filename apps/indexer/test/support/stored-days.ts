import type { TestDatabase } from '@inferscan/db/testing';
import { chainPosition } from '@inferscan/protocol';

/** Unix seconds of day 0. */
const DAY_ZERO = 1_761_955_200n;
export const timeOfDay = (day: number): bigint => DAY_ZERO + BigInt(day) * 86_400n;

/** A stored transaction with one event, or none. */
export interface StoredDay {
  readonly slot: bigint;
  /** Null: the chain gave no time. */
  readonly day: number | null;
  readonly hasEvent?: boolean;
}

export const signatureOf = (slot: bigint): string => `signature${slot}`;

/** Writes transactions as an indexer would, everything up to a slot being final. */
export async function storeDays(
  { database: { pool } }: TestDatabase,
  days: readonly StoredDay[],
  finalizedSlot: bigint,
): Promise<void> {
  const last = days.at(-1);
  await pool.query(
    `INSERT INTO checkpoint (cluster, genesis_hash, slot, index, signature, finalized_slot)
     VALUES ('localnet', 'genesis', $1, 0, $2, $3)`,
    [last?.slot ?? 0n, last === undefined ? null : signatureOf(last.slot), finalizedSlot],
  );
  for (const { slot, day, hasEvent = true } of days) {
    await pool.query('SELECT add_partitions($1, $1)', [slot]);
    await pool.query(
      `INSERT INTO chain_transaction (signature, slot, index, block_time, fee_payer, fee) VALUES ($1, $2, 0, $3, 'payer', 5000)`,
      [signatureOf(slot), slot, day === null ? null : timeOfDay(day)],
    );
    if (!hasEvent) continue;
    await pool.query(
      `INSERT INTO event (position, signature, slot, index, path, failed, instruction, accounts, args, movements)
       VALUES ($1, $2, $3, 0, '{0}', false, 'unknown', '{}', '{}', '[]')`,
      [chainPosition(slot, 0), signatureOf(slot), slot],
    );
  }
}

export async function eventSlots({ database: { pool } }: TestDatabase): Promise<bigint[]> {
  const { rows } = await pool.query<{ slot: bigint }>('SELECT slot FROM event ORDER BY position');
  return rows.map(({ slot }) => slot);
}
