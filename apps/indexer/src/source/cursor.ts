import type { ChainTransaction } from '@inferscan/protocol';
import type { Address } from '@solana/kit';

import type { ListedEntry } from './slots.js';

/** The last stored transaction that names an address: the address' list must show it, in its slot. */
export interface AddressMark {
  readonly signature: string;
  readonly slot: bigint;
  /** An earlier one that names it too, if there is one: a list that ends there shows the mark, and little more. */
  readonly previous: string | null;
}

export type AddressMarks = ReadonlyMap<Address, AddressMark>;

/** How far everything is stored. */
export interface SourceCursor {
  /** The last stored transaction; everything up to its slot's end is stored. */
  readonly slot: bigint;
  readonly signature: string;
  /** An address without one had no transaction up to there. */
  readonly marks: AddressMarks;
}

/**
 * Whether a transaction is sure to be in an address' list. One that only loads the address, and gives it to no
 * instruction, is in the list as well; a mark need not be the very last entry.
 */
export const names = ({ instructions }: ChainTransaction, address: Address): boolean =>
  instructions.some(({ programId, accounts }) => programId === address || accounts.includes(address));

/** For each address the last of some transactions, in chain order, that names it. */
export function lastNaming(
  transactions: readonly ChainTransaction[],
  addresses: readonly Address[],
): Map<Address, ChainTransaction> {
  const found = new Map<Address, ChainTransaction>();
  for (const address of addresses) {
    const last = transactions.findLast((transaction) => names(transaction, address));
    if (last !== undefined) found.set(address, last);
  }
  return found;
}

/** The cursor after more transactions, in whole slots, were stored. */
export function advance(
  cursor: SourceCursor | null,
  transactions: readonly ChainTransaction[],
  addresses: readonly Address[],
): SourceCursor | null {
  const last = transactions.at(-1);
  if (last === undefined) return cursor;
  const marks = new Map(cursor?.marks);
  for (const [address, { signature, slot }] of lastNaming(transactions, addresses)) {
    const earlier = transactions.findLast((one) => one.slot < slot && names(one, address));
    marks.set(address, {
      signature,
      slot,
      previous: earlier?.signature ?? marks.get(address)?.signature ?? null,
    });
  }
  return { slot: last.slot, signature: last.signature, marks };
}

/**
 * The cursor after more transactions, in whole slots, of which only the lists are known. Its marks are the newest entries of the lists, and
 * before each comes the entry that the list has there: asked again, it shows the mark and what is new, and nothing else.
 * @param entries of each address oldest first
 */
export function advanceByLists(
  cursor: SourceCursor | null,
  entries: readonly ListedEntry[],
): SourceCursor | null {
  let newest: ListedEntry | undefined;
  const marks = new Map(cursor?.marks);
  for (const entry of entries) {
    const { address, signature, slot } = entry;
    marks.set(address, { signature, slot, previous: marks.get(address)?.signature ?? null });
    if (newest === undefined || slot >= newest.slot) newest = entry;
  }
  return newest === undefined ? cursor : { slot: newest.slot, signature: newest.signature, marks };
}
