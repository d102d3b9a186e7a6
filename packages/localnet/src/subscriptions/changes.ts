import type { ChainEvent } from '../chain/events.js';
import type { AccountState, Commitment, TransactionRecord } from '../chain/types.js';

const NOTHING: ReadonlyMap<string, AccountState | null> = new Map();

/** The accounts that changed, as seen at the commitment: transaction by transaction, or slot by slot. */
export function changesAt(
  event: ChainEvent,
  commitment: Commitment,
): ReadonlyMap<string, AccountState | null> {
  if (event.type !== commitment) return NOTHING;
  if (event.type === 'processed') return event.changes;
  return event.block.accounts;
}

/** The transactions that reached the commitment with this event. */
export function recordsAt(event: ChainEvent, commitment: Commitment): readonly TransactionRecord[] {
  if (event.type !== commitment) return [];
  if (event.type === 'processed') return event.record === null ? [] : [event.record];
  return event.block.records;
}
