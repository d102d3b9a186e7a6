import { type BlockStatuses, createStatusIndex } from './block-statuses.js';
import type { TransactionError } from './types.js';

export interface TransactionStatus {
  readonly slot: number;
  readonly index: number;
  readonly err: TransactionError | null;
}

/** What became of the transactions of the last blocks: duplicates are refused and statuses answered from here. */
export interface StatusCache {
  add(signature: string, status: TransactionStatus): void;
  find(signature: string): TransactionStatus | undefined;
  /** Forgets every slot below `slot`. */
  forgetBelow(slot: number): void;
}

/**
 * Creates a cache that begins with the statuses of stored blocks; it is bounded by what its owner tells it to forget.
 * @param decode reads a signature's base58 text
 */
export function createStatusCache(
  stored: readonly BlockStatuses[],
  decode: (text: string) => Uint8Array,
): StatusCache {
  const statuses = new Map<string, TransactionStatus>();
  const slots = new Map<number, string[]>();
  const newestStored = stored.at(-1)?.slot ?? -1;
  let findStored = newestStored < 0 ? null : createStatusIndex(stored);
  let lowest = 0;
  return {
    add(signature, status) {
      statuses.set(signature, status);
      const list = slots.get(status.slot);
      if (list === undefined) slots.set(status.slot, [signature]);
      else list.push(signature);
    },
    find(signature) {
      const known = statuses.get(signature);
      if (known !== undefined || findStored === null) return known;
      const found = findStored(decode(signature));
      return found !== undefined && found.slot >= lowest ? found : undefined;
    },
    forgetBelow(slot) {
      lowest = Math.max(lowest, slot);
      if (newestStored < lowest) findStored = null;
      // Slots are added in ascending order, and Maps keep it.
      for (const [old, signatures] of slots) {
        if (old >= slot) break;
        for (const signature of signatures) statuses.delete(signature);
        slots.delete(old);
      }
    },
  };
}
