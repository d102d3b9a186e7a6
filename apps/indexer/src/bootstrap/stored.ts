import type { Database, DatabaseClient } from '@inferscan/db';
import type { ChangeSet, LedgerEntry } from '@inferscan/protocol';

import { RECORD_TABLES } from '../store/folded.js';
import { readSnapshot } from '../store/snapshot.js';

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
  for (const { table } of RECORD_TABLES) {
    await client.query(
      `INSERT INTO pg_temp.${table}
       SELECT made.* FROM public.bootstrap_row CROSS JOIN LATERAL jsonb_populate_record(NULL::public.${table}, row) AS made
       WHERE table_name = $1`,
      [table],
    );
  }
  const snapshot = await readSnapshot((sql) => client.query(sql));
  const ledger = (await client.query<LedgerEntry>(LEDGER)).rows;
  await client.query(`TRUNCATE ${RECORD_TABLES.map(({ table }) => `pg_temp.${table}`).join(', ')}`);
  return { events: [], ...snapshot, ledger, anomalies: [], beside: [] };
}
