import { type Database, type DatabaseClient, TABLES, type TableSpec } from '@inferscan/db';
import type { ChangeSet, LedgerEntry } from '@inferscan/protocol';

import { readSnapshot } from '../store/snapshot.js';

/** Tables that an index which begins in the middle of history begins with. */
export const BOOTSTRAPPED: readonly TableSpec[] = [
  TABLES.market,
  TABLES.job,
  TABLES.run,
  TABLES.node,
  TABLES.stake,
  TABLES.nodeRegistration,
  TABLES.rewardPool,
  TABLES.reward,
  TABLES.ledgerEntry,
];

/** The moment with which an index began. */
export interface StoredBeginning {
  readonly slot: bigint;
  readonly blockTime: bigint | null;
}

/** Null where the index begins with the chain's first transaction, or has not begun. */
export async function readBeginning(
  client: Pick<Database['pool'], 'query'>,
): Promise<StoredBeginning | null> {
  const { rows } = await client.query<StoredBeginning>(
    'SELECT slot, block_time AS "blockTime" FROM bootstrap WHERE id = 1',
  );
  return rows[0] ?? null;
}

const LEDGER = `
  SELECT position, signature, slot, block_time AS "blockTime", market, job_id AS "jobId", kind, "from", "to",
         from_owner AS "fromOwner", to_owner AS "toOwner", amount, vault_delta AS "vaultDelta"
  FROM ledger_entry ORDER BY position`;

/**
 * The records with which an index began; null where it begins with the chain's first transaction. To be called where temporary
 * tables have the names of the real ones and are empty: they are used, and empty again afterwards.
 */
export async function readBeginningRecords(client: DatabaseClient): Promise<ChangeSet | null> {
  if ((await readBeginning(client)) === null) return null;
  for (const { table } of BOOTSTRAPPED) {
    await client.query(
      `INSERT INTO pg_temp.${table}
       SELECT made.* FROM public.bootstrap_row CROSS JOIN LATERAL jsonb_populate_record(NULL::public.${table}, row) AS made
       WHERE table_name = $1`,
      [table],
    );
  }
  const snapshot = await readSnapshot((sql) => client.query(sql));
  const ledger = (await client.query<LedgerEntry>(LEDGER)).rows;
  await client.query(`TRUNCATE ${BOOTSTRAPPED.map(({ table }) => `pg_temp.${table}`).join(', ')}`);
  return { events: [], ...snapshot, ledger, anomalies: [], beside: [] };
}
