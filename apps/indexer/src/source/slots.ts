import type { Address } from '@solana/kit';

import type { SignatureEntry } from '../rpc/client.js';

/** A transaction to fetch, with its place in the order. */
export interface PlacedSignature {
  readonly signature: string;
  readonly slot: bigint;
  readonly index: number;
}

/** An entry, and whose list it is in. */
export interface ListedEntry extends SignatureEntry {
  readonly address: Address;
}

/** What the lists of the addresses have of one slot. */
export interface ListedSlot {
  readonly slot: bigint;
  /** For each address that has any, its entries in the list's order, oldest first. */
  readonly lists: readonly (readonly SignatureEntry[])[];
  /** Every transaction once. */
  readonly signatures: readonly string[];
}

/** Groups entries by slot, ascending. Those of one address are given oldest first. */
export function gatherSlots(entries: readonly ListedEntry[]): ListedSlot[] {
  const slots = new Map<bigint, Map<Address, SignatureEntry[]>>();
  for (const { address, ...entry } of entries) {
    const lists = slots.get(entry.slot) ?? new Map<Address, SignatureEntry[]>();
    slots.set(entry.slot, lists);
    const list = lists.get(address) ?? [];
    lists.set(address, list);
    list.push(entry);
  }
  return [...slots]
    .sort(([left], [right]) => Number(left - right))
    .map(([slot, byAddress]) => {
      const lists = [...byAddress.values()];
      return { slot, lists, signatures: [...new Set(lists.flat().map(({ signature }) => signature))] };
    });
}

/**
 * Places a slot's transactions, as far as the lists tell. The RPC's own index decides where every entry has one; else
 * the order of a list that has all of them, counted from 0: lists are in the block's order. Null: neither is there,
 * only the block can tell.
 */
export function placeByLists({ slot, lists, signatures }: ListedSlot): PlacedSignature[] | null {
  const told = new Map(lists.flat().map(({ signature, transactionIndex }) => [signature, transactionIndex]));
  const agreed = lists
    .flat()
    .every(({ signature, transactionIndex }) => transactionIndex === told.get(signature));
  const indexes = new Set(told.values());
  if (agreed && !indexes.has(null) && indexes.size === told.size) {
    return placed(slot, told);
  }
  const whole = lists.find(
    (list) => new Set(list.map(({ signature }) => signature)).size === signatures.length,
  );
  if (whole === undefined) return null;
  return placed(slot, new Map(whole.map(({ signature }, order) => [signature, order])));
}

/** Places signatures of a slot as its block has them; null when it lacks one. */
export function placeByBlock(
  { slot, signatures }: Pick<ListedSlot, 'slot' | 'signatures'>,
  block: readonly string[],
): PlacedSignature[] | null {
  const order = new Map(block.map((signature, index) => [signature, index]));
  if (signatures.some((signature) => !order.has(signature))) return null;
  return placed(slot, new Map(signatures.map((signature) => [signature, order.get(signature) ?? null])));
}

const placed = (slot: bigint, indexes: ReadonlyMap<string, number | null>): PlacedSignature[] =>
  [...indexes]
    .map(([signature, index]) => ({ signature, slot, index: index ?? 0 }))
    .sort((left, right) => left.index - right.index);

/** Cuts a list into parts of at least `size` entries that never split a slot (the last may be smaller). */
export function* chunkBySlot<Entry extends { readonly slot: bigint }>(
  entries: readonly Entry[],
  size: number,
): Generator<Entry[]> {
  let start = 0;
  for (let end = 1; end <= entries.length; end++) {
    const isWhole = end - start >= size && entries[end]?.slot !== entries[end - 1]?.slot;
    if (!isWhole && end < entries.length) continue;
    yield entries.slice(start, end);
    start = end;
  }
}
