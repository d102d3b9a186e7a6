import type { SignatureEntry } from '../rpc/client.js';

/** A transaction to fetch, with its place in the order. */
export interface PlacedSignature {
  readonly signature: string;
  readonly slot: bigint;
  readonly index: number;
}

/**
 * Places entries, given oldest first and by whole slots. Within a slot the RPC's own index decides where every
 * entry has one, else the order of the list counts from 0.
 */
export function placeInSlots(entries: readonly SignatureEntry[]): PlacedSignature[] {
  const placed: PlacedSignature[] = [];
  for (const group of bySlot(entries)) {
    const told = group.every(({ transactionIndex }) => transactionIndex !== null);
    const distinct = new Set(group.map(({ transactionIndex }) => transactionIndex)).size === group.length;
    const indexed = group.map(({ signature, slot, transactionIndex }, order) => ({
      signature,
      slot,
      index: told && distinct && transactionIndex !== null ? transactionIndex : order,
    }));
    placed.push(...indexed.sort((left, right) => left.index - right.index));
  }
  return placed;
}

/** Cuts a list into parts of at least `size` entries that never split a slot (the last may be smaller). */
export function* chunkBySlot<Entry extends { readonly slot: bigint }>(
  entries: readonly Entry[],
  size: number,
): Generator<Entry[]> {
  let chunk: Entry[] = [];
  for (const group of bySlot(entries)) {
    chunk.push(...group);
    if (chunk.length >= size) {
      yield chunk;
      chunk = [];
    }
  }
  if (chunk.length > 0) yield chunk;
}

function* bySlot<Entry extends { readonly slot: bigint }>(entries: readonly Entry[]): Generator<Entry[]> {
  let group: Entry[] = [];
  for (const entry of entries) {
    if (group.length > 0 && group[0]?.slot !== entry.slot) {
      yield group;
      group = [];
    }
    group.push(entry);
  }
  if (group.length > 0) yield group;
}
