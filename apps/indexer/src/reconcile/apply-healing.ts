import type { Database } from '@inferscan/db';
import type { ChainTransaction, NetworkConfig } from '@inferscan/protocol';

import { type RefoldReport, refold } from '../command/refold/refold.js';
import { type FinalityDeps, settleUpTo } from '../pipeline/finality.js';
import { insertMissing } from './insert-missing.js';

/** What is to be healed. */
export interface HealRequest {
  /** Everything in it is of slots up to this one, which is final on the chain. */
  readonly slot: bigint;
  /** Transactions that were never read, in chain order. */
  readonly missing: readonly ChainTransaction[];
  /** Whether rows are to be folded again though no transaction is missing. */
  readonly refold: boolean;
}

export interface HealDeps extends FinalityDeps {
  readonly database: Database;
  readonly network: NetworkConfig;
}

const SERIALIZATION_FAILURE = '40001';
const MAX_TRIES = 5;

/**
 * Heals, while nobody else writes. Afterwards what a fold has in memory is not what the tables say any more.
 * @returns what was done, for people to read
 * @throws ForkError when transactions are missing that are not known to be final: then they are read again, in order
 */
export async function applyHealing(
  { database, network, source, store }: HealDeps,
  { slot, missing, refold: isWanted }: HealRequest,
  signal: AbortSignal,
): Promise<string> {
  await settleUpTo({ source, store }, slot, signal);
  // What is not final keeps rows as they were: those would not know of what is entered now. It is read again.
  const { finalizedSlot } = await store.pending();
  await store.rollBack(finalizedSlot);
  const done = missing.length > 0 && (await insertMissing(database, network, missing));
  const read = readingOf(missing);
  if (done && !isWanted) return `${read}, and added to the ledger`;
  const { tables, events } = await foldAgain({ database, network }, signal);
  const rows = tables.reduce((sum, { missing: lost, changed, extra }) => sum + lost + changed + extra, 0);
  const folded = `${events} events were folded again, which changed ${rows} ${rows === 1 ? 'row' : 'rows'}`;
  return read === null ? folded : `${read}; ${folded}`;
}

/** Others write what rests on jobs; where they were quicker, it is done once more. */
async function foldAgain(
  deps: Pick<HealDeps, 'database' | 'network'>,
  signal: AbortSignal,
): Promise<RefoldReport> {
  for (let tries = 1; ; tries++) {
    try {
      return await refold({ ...deps, apply: true, signal });
    } catch (error) {
      const isLate = error instanceof Error && 'code' in error && error.code === SERIALIZATION_FAILURE;
      if (!isLate || tries >= MAX_TRIES) throw error;
    }
  }
}

function readingOf(missing: readonly ChainTransaction[]): string | null {
  const [first] = missing;
  if (first === undefined) return null;
  return missing.length === 1
    ? `transaction ${first.signature} was read`
    : `${missing.length} transactions from ${first.signature} on were read`;
}
