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
  signaturesIn(slot: number): readonly string[];
  /** Forgets every slot below `slot`. */
  forgetBelow(slot: number): void;
}

/** Creates an empty cache; it is bounded by what its owner tells it to forget. */
export function createStatusCache(): StatusCache {
  const statuses = new Map<string, TransactionStatus>();
  const slots = new Map<number, string[]>();
  return {
    add(signature, status) {
      statuses.set(signature, status);
      const list = slots.get(status.slot);
      if (list === undefined) slots.set(status.slot, [signature]);
      else list.push(signature);
    },
    find: (signature) => statuses.get(signature),
    signaturesIn: (slot) => slots.get(slot) ?? [],
    forgetBelow(slot) {
      // Slots are added in ascending order, and Maps keep it.
      for (const [old, signatures] of slots) {
        if (old >= slot) break;
        for (const signature of signatures) statuses.delete(signature);
        slots.delete(old);
      }
    },
  };
}
