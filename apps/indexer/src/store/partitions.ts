import type { DatabaseClient } from '@inferscan/db';
import { type ChainPosition, chainPosition } from '@inferscan/protocol';

/**
 * Makes the partitions of events and ledger entries that these transactions need, where they are missing: to be called within
 * the transaction that writes them. In chain order.
 */
export async function addPartitions(
  client: DatabaseClient,
  transactions: readonly { readonly slot: bigint }[],
): Promise<void> {
  const [first, last] = [transactions[0], transactions.at(-1)];
  if (first === undefined || last === undefined) return;
  await client.query('SELECT add_partitions($1, $2)', [first.slot, last.slot]);
}

/** The first position that a later slot can have. */
export const positionAfter = (slot: bigint): ChainPosition => chainPosition(slot + 1n, 0);

const PLACE = `lpad(stored.slot::text, 12, '0') || '-' || lpad(stored.index::text, 6, '0')`;

/** Condition for events of a row `stored` of chain_transaction: by their place, which lies in one partition. */
export const EVENT_OF_STORED = `event.position >= ${PLACE} || '-' AND event.position < ${PLACE} || '.'`;
