import type { Database } from '@inferscan/db';
import { decodeTransaction, type NetworkConfig } from '@inferscan/protocol';

import { laterOf } from '../archive/ranges.js';
import { readKept } from '../retention/kept.js';
import type { RpcClient, SignatureEntry } from '../rpc/client.js';
import type { TransactionFetcher } from '../source/fetch-transactions.js';
import type { HealRequest } from './apply-healing.js';
import { placeMissing } from './place-missing.js';
import type { ExplainedDifference } from './reconcile.js';
import type { Difference } from './records.js';

export interface RemedyDeps {
  readonly database: Database;
  readonly rpc: RpcClient;
  readonly fetcher: TransactionFetcher;
  readonly network: NetworkConfig;
}

/**
 * What names a difference, however the record goes on changing on both sides. Of a vault it is by how much it differs: what
 * comes in and goes out changes balance and ledger alike.
 */
export const keyOf = ({ kind, address, field, indexed, onChain }: Difference): string => {
  const gap = kind === 'vault' ? BigInt(onChain ?? 0) - BigInt(indexed ?? 0) : 0n;
  return [kind, address, field, gap].join(' ');
};

/** A way to heal differences. */
export interface Remedy {
  readonly request: HealRequest;
  /** Transactions that cannot be entered, with the reason. */
  readonly refused: ReadonlyMap<string, string>;
}

/**
 * Finds a remedy: missing transactions are fetched; where none is missing, and the same was found before, the events are
 * to be folded again, unless that was of no use, or the first events are not kept any more.
 */
export async function findRemedy(
  { database, rpc, fetcher, network }: RemedyDeps,
  differences: readonly ExplainedDifference[],
  isFoldedWrongly: (difference: ExplainedDifference) => boolean,
  signal: AbortSignal,
): Promise<Remedy> {
  const missing = new Map<string, SignatureEntry>(
    differences.flatMap((each) => each.missing.map((entry) => [entry.signature, entry] as const)),
  );
  const placed = await placeMissing(database, rpc, [...missing.values()], signal);
  const fetched = await fetcher.fetch(placed, signal);
  const exact = new Map(placed.map((each) => [each.signature, each.exact]));
  const refused = new Map<string, string>();
  const { eventsFromSlot } = await readKept(database.pool);
  const transactions = fetched
    .map(({ transaction }) => transaction)
    .filter((transaction) => {
      // Where a stray stands among the others of its slot changes nothing.
      const isStray = decodeTransaction(transaction, network).length === 0;
      if (isStray) return true;
      if (eventsFromSlot === null && exact.get(transaction.signature) === true) return true;
      refused.set(
        transaction.signature,
        eventsFromSlot === null
          ? 'its place among the others of its slot is not known: start over with --reset'
          : `what followed cannot be folded again, for events before slot ${eventsFromSlot} are not kept: start over with --reset`,
      );
      return false;
    })
    .sort((left, right) =>
      left.slot === right.slot ? left.index - right.index : Number(left.slot - right.slot),
    );
  const slot = differences.reduce((latest, each) => laterOf(latest, each.slot), -1n);
  const refold =
    eventsFromSlot === null && differences.some((each) => each.missing.length === 0 && isFoldedWrongly(each));
  return { request: { slot, missing: transactions, refold }, refused };
}
