import type { Database, DatabaseClient } from '@inferscan/db';

import type { RpcClient, SignatureEntry } from '../rpc/client.js';
import { inTransaction } from '../store/transaction.js';
import { type CompareDeps, compareAll, type DatedDifference } from './compare-all.js';
import { type AccountHistory, causeOf, type KnownSignatures, readHistory } from './missing.js';
import type { Difference } from './records.js';

export interface ReconcileDeps extends CompareDeps {
  readonly rpc: Pick<RpcClient, 'send' | 'signaturesOf'>;
}

/** A difference with what it came from. */
export interface ExplainedDifference extends DatedDifference {
  readonly cause: string;
  /** Transactions of the account that were never stored, oldest first. */
  readonly missing: readonly SignatureEntry[];
  /** Whether it was looked for what it came from. */
  readonly isExplained: boolean;
}

/** How the tables compared with the chain's accounts and balances. */
export interface Reconciliation {
  readonly id: bigint;
  /** The finalized slot of the accounts. */
  readonly slot: bigint;
  readonly accounts: number;
  readonly vaults: number;
  readonly differences: readonly ExplainedDifference[];
}

/** Asking for causes costs calls: the first ones tell enough. */
const MAX_EXPLAINED = 50;

/**
 * Compares the tables with the chain, finds out what differences come from, and writes down the outcome.
 * @throws RpcError
 */
export async function reconcile(deps: ReconcileDeps, signal: AbortSignal): Promise<Reconciliation> {
  const { database } = deps;
  const { differences: found, ...compared } = await compareAll(deps, signal);
  const histories = new Map<string, AccountHistory>();
  const differences: ExplainedDifference[] = [];
  for (const difference of found) {
    const { address, slot } = difference;
    let history = histories.get(address);
    if (history === undefined && histories.size < MAX_EXPLAINED) {
      const range = { upTo: slot, agreedAt: await agreedAt(database, difference) };
      const known = createKnown(database, OWNERS[difference.kind] ?? null);
      history = await readHistory(deps.rpc, known.ask, address, range, signal);
      // What no transaction made was put there when the chain began: it is in no history.
      const isMade = history.missing.length > 0 || known.callsOwner();
      if (!isMade && difference.field === 'account' && difference.indexed === 'not there') continue;
      histories.set(address, history);
    }
    differences.push({
      ...difference,
      cause: history === undefined ? 'not looked for: there are too many differences' : causeOf(history),
      missing: history?.missing ?? [],
      isExplained: history !== undefined,
    });
  }
  const outcome = { ...compared, differences };
  const id = await inTransaction(database.pool, (client) => save(client, outcome));
  return { ...outcome, id };
}

/** Programs whose accounts may have been there before history began. */
const OWNERS: Readonly<Partial<Record<Difference['kind'], string>>> = {
  stake: 'staking',
  registration: 'nodes',
  pool: 'rewards',
  reward: 'rewards',
};

/** The slot of the last comparison in which an account did not differ; -1 where there is none. */
async function agreedAt({ pool }: Database, { kind, address }: Difference): Promise<bigint> {
  const { rows } = await pool.query<{ slot: bigint }>(
    `SELECT slot FROM reconciliation WHERE NOT EXISTS (
       SELECT FROM difference WHERE reconciliation_id = id AND kind = $1 AND address = $2
     ) ORDER BY id DESC LIMIT 1`,
    [kind, address],
  );
  return rows[0]?.slot ?? -1n;
}

/** Tells which transactions are stored, and whether any of them called the program that an account belongs to. */
function createKnown(
  { pool }: Database,
  owner: string | null,
): { ask: KnownSignatures; callsOwner: () => boolean } {
  let calls = owner === null;
  return {
    async ask(signatures) {
      const { rows } = await pool.query<{ signature: string; calls: boolean }>(
        `SELECT signature, EXISTS (
           SELECT FROM event WHERE event.signature = stored.signature AND program = $2 AND NOT failed
         ) AS calls FROM chain_transaction AS stored WHERE signature = ANY ($1)`,
        [signatures, owner],
      );
      calls ||= rows.some((row) => row.calls);
      return new Set(rows.map(({ signature }) => signature));
    },
    callsOwner: () => calls,
  };
}

/** Reconciliations that are kept. */
const KEPT = 1_000;

async function save(client: DatabaseClient, outcome: Omit<Reconciliation, 'id'>): Promise<bigint> {
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
  return id;
}
