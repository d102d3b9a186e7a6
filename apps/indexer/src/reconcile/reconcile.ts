import type { Database, DatabaseClient } from '@inferscan/db';

import { readBeginning } from '../bootstrap/stored.js';
import type { RpcClient, SignatureEntry } from '../rpc/client.js';
import { EVENT_OF_STORED } from '../store/partitions.js';
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
  const histories = new Map<string, OwnHistory>();
  const explained = new Set<string>();
  const differences: ExplainedDifference[] = [];
  for (const difference of found) {
    const { address } = difference;
    const isLookedFor = explained.has(address) || explained.size < MAX_EXPLAINED;
    const history = isLookedFor
      ? (histories.get(address) ?? (await readOwnHistory(deps, difference, signal)))
      : null;
    if (history !== null) {
      histories.set(address, history);
      if (isFromBefore(difference, history)) continue;
      explained.add(address);
    }
    differences.push({
      ...difference,
      cause: history === null ? 'not looked for: there are too many differences' : causeOf(history),
      missing: history?.missing ?? [],
      isExplained: history !== null,
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

interface OwnHistory extends AccountHistory {
  /** Whether a stored transaction of the account called the program that it belongs to. */
  readonly callsOwner: boolean;
}

async function readOwnHistory(
  { database, rpc }: ReconcileDeps,
  difference: DatedDifference,
  signal: AbortSignal,
): Promise<OwnHistory> {
  const after = (await readBeginning(database.pool))?.slot ?? -1n;
  const range = { upTo: difference.slot, agreedAt: await agreedAt(database, difference), after };
  const known = createKnown(database, OWNERS[difference.kind] ?? null);
  const history = await readHistory(rpc, known.ask, difference.address, range, signal);
  return { ...history, callsOwner: known.callsOwner() };
}

/** What no transaction made was put there when the chain began: it is in no history, and what it was is not known. */
const isFromBefore = ({ kind, field, indexed }: Difference, { missing, callsOwner }: OwnHistory): boolean =>
  OWNERS[kind] !== undefined &&
  missing.length === 0 &&
  (indexed === null || (field === 'account' && indexed === 'not there' && !callsOwner));

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
        // Of what is not kept any more it is not known.
        `SELECT signature, coalesce(slot < (SELECT events_from_slot FROM retention WHERE id = 1), false) OR EXISTS (
           SELECT FROM event WHERE ${EVENT_OF_STORED} AND program = $2 AND NOT failed
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
