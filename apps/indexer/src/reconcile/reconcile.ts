import type { Database, DatabaseClient } from '@inferscan/db';
import { type NetworkConfig, UNKNOWN_ADDRESS } from '@inferscan/protocol';

import type { RpcClient } from '../rpc/client.js';
import { inTransaction } from '../store/transaction.js';
import { recordsOfAccounts } from './chain-records.js';
import { compareRecords, compareVaults } from './compare.js';
import { findCause } from './find-cause.js';
import { readIndexedRecords } from './indexed-records.js';
import { readProgramAccounts, readTokenBalances } from './read-chain.js';
import type { Difference } from './records.js';

export interface ReconcileDeps {
  readonly database: Database;
  readonly rpc: Pick<RpcClient, 'send' | 'signaturesOf'>;
  readonly network: NetworkConfig;
  /** Resolves when everything up to the slot is stored. */
  readonly stored: (slot: bigint, signal: AbortSignal) => Promise<void>;
}

/** A difference with what it came from. */
export interface ExplainedDifference extends Difference {
  readonly cause: string;
}

/** How the tables compared with the chain's accounts and balances. */
export interface Reconciliation {
  /** The finalized slot of the accounts. */
  readonly slot: bigint;
  readonly accounts: number;
  readonly vaults: number;
  readonly differences: readonly ExplainedDifference[];
}

const VAULTS_AT_ONCE = 100;
/** Asking for causes costs calls: the first ones tell enough. */
const MAX_EXPLAINED = 50;

/**
 * Compares markets, jobs and runs with the program's accounts, and each market's ledger with its vault's balance, both
 * as of a finalized slot, and writes down the outcome.
 * @throws RpcError
 */
export async function reconcile(deps: ReconcileDeps, signal: AbortSignal): Promise<Reconciliation> {
  const { database, rpc, network, stored } = deps;
  const { slot, accounts } = await readProgramAccounts(rpc, network.jobsProgram, signal);
  await stored(slot, signal);
  const onChain = recordsOfAccounts(accounts);
  const indexed = await inTransaction(
    database.pool,
    (client) => readIndexedRecords((sql, values) => client.query(sql, [...values]), slot),
    'REPEATABLE READ READ ONLY',
  );
  const vaults = await compareAllVaults(deps, signal);
  const found = [...compareRecords(onChain, indexed), ...vaults.differences];
  const known = (signatures: readonly string[]) => knownSignatures(database, signatures);
  const differences: ExplainedDifference[] = [];
  for (const difference of found) {
    const cause =
      differences.length < MAX_EXPLAINED
        ? await findCause(rpc, known, difference, slot, signal)
        : 'not looked for: there are too many differences';
    differences.push({ ...difference, cause });
  }
  const outcome = { slot, accounts: accounts.size, vaults: vaults.count, differences };
  await inTransaction(database.pool, (client) => save(client, outcome));
  return outcome;
}

async function compareAllVaults(
  { database, rpc, stored }: ReconcileDeps,
  signal: AbortSignal,
): Promise<{ count: number; differences: Difference[] }> {
  const { rows } = await database.pool.query<{ vault: string }>(
    'SELECT vault FROM market WHERE vault <> $1 ORDER BY vault',
    [UNKNOWN_ADDRESS],
  );
  const differences: Difference[] = [];
  for (let start = 0; start < rows.length; start += VAULTS_AT_ONCE) {
    const part = rows.slice(start, start + VAULTS_AT_ONCE);
    const vaults = part.map(({ vault }) => vault);
    const { slot, accounts } = await readTokenBalances(rpc, vaults, signal);
    await stored(slot, signal);
    const sums = await database.pool.query<{ vault: string; sum: bigint }>(
      `SELECT market.vault, coalesce(sum(entry.vault_delta), 0) AS sum
       FROM market LEFT JOIN ledger_entry AS entry ON entry.market = market.address AND entry.slot <= $2
       WHERE market.vault = ANY ($1) GROUP BY market.vault`,
      [vaults, slot],
    );
    differences.push(...compareVaults(accounts, new Map(sums.rows.map(({ vault, sum }) => [vault, sum]))));
  }
  return { count: rows.length, differences };
}

async function knownSignatures(
  { pool }: Database,
  signatures: readonly string[],
): Promise<ReadonlySet<string>> {
  const { rows } = await pool.query<{ signature: string }>(
    'SELECT signature FROM chain_transaction WHERE signature = ANY ($1)',
    [signatures],
  );
  return new Set(rows.map(({ signature }) => signature));
}

/** Reconciliations that are kept. */
const KEPT = 1_000;

async function save(client: DatabaseClient, outcome: Reconciliation): Promise<void> {
  const { rows } = await client.query<{ id: bigint }>(
    'INSERT INTO reconciliation (slot, accounts, vaults, differences) VALUES ($1, $2, $3, $4) RETURNING id',
    [outcome.slot, outcome.accounts, outcome.vaults, outcome.differences.length],
  );
  const id = rows[0]?.id ?? 0n;
  for (const { kind, address, field, indexed, onChain, cause } of outcome.differences) {
    await client.query(
      `INSERT INTO difference (reconciliation_id, kind, address, field, indexed, on_chain, cause)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [id, kind, address, field, indexed, onChain, cause],
    );
  }
  await client.query('DELETE FROM reconciliation WHERE id <= $1', [id - BigInt(KEPT)]);
}
