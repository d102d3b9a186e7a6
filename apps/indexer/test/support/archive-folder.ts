import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { ChainTransaction } from '@inferscan/protocol';

import type { ArchivedTransaction } from '../../src/archive/block.js';
import type { ArchiveBatch } from '../../src/archive/journal.js';
import type { SlotRange } from '../../src/archive/ranges.js';
import { openShelf } from '../../src/archive/shelf.js';

export const GENESIS = '5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d';
export const SCOPE = ['nosJTmGQxvwXy23vng5UjkTbfv91Bzf9jEuro78dAGR'];

/** Folders that are gone after the test. */
export function createFolders(): { make(): Promise<string>; remove(): Promise<void> } {
  const made: string[] = [];
  return {
    async make() {
      const dir = await mkdtemp(join(tmpdir(), 'inferscan-archive-'));
      made.push(dir);
      return dir;
    },
    async remove() {
      await Promise.all(made.splice(0).map((dir) => rm(dir, { recursive: true, force: true })));
    },
  };
}

export const batchOf = (
  range: SlotRange,
  transactions: readonly ChainTransaction[],
  finalSlot = -1n,
): ArchiveBatch => ({
  ...range,
  finalSlot,
  entries: transactions.map((transaction) => ({ transaction, answer: null })),
});

/** What an archive must hold after batches: each slot as the last batch told that covered it. */
export function expectedOf(batches: readonly ArchiveBatch[]): {
  slots: Set<bigint>;
  entries: ArchivedTransaction[];
} {
  const bySlot = new Map<bigint, ArchivedTransaction[]>();
  for (const { from, to, entries } of batches) {
    for (let slot = from; slot <= to; slot++) bySlot.set(slot, []);
    for (const entry of entries) bySlot.get(entry.transaction.slot)?.push(entry);
  }
  const inOrder = [...bySlot].sort(([left], [right]) => Number(left - right));
  return {
    slots: new Set(inOrder.map(([slot]) => slot)),
    entries: inOrder.flatMap(([, entries]) => entries),
  };
}

/** What an archive does hold. */
export async function contentOf(dir: string): Promise<ReturnType<typeof expectedOf>> {
  const { pieces } = await openShelf(dir);
  const slots = new Set<bigint>();
  const entries: ArchivedTransaction[] = [];
  for (const piece of pieces) {
    for (let slot = piece.from; slot <= piece.to; slot++) slots.add(slot);
    for await (const part of piece.owner.answers(piece)) entries.push(...part);
  }
  return { slots, entries };
}
