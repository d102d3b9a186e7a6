import type { ChainTransaction } from '@inferscan/protocol';

import {
  type ChainSource,
  ContinuityError,
  type ListedTransaction,
  type SourceBatch,
} from '../source/chain-source.js';
import type { SourceCursor } from '../source/cursor.js';
import { chunkBySlot } from '../source/slots.js';
import { ArchiveDamage, ArchiveRefused } from './errors.js';
import { readManifest } from './names.js';
import { overlap, type Piece, type SlotRange } from './ranges.js';
import { openShelf, type Shelf, type Volume } from './shelf.js';

export interface ArchiveSourceOptions {
  readonly dir: string;
  /** Transactions per batch handed on, more where a slot has more. */
  readonly batch?: number;
  /** Told of files that are not what was written; what they held is not delivered. */
  readonly onDamage?: (damage: ArchiveDamage) => void;
}

/**
 * The chain as far as an archive has it: what is final, without a gap, in chain order. Its batches end where the
 * archive does; nothing is asked of the network. Memory does not grow with the archive.
 */
export function createArchiveSource(options: ArchiveSourceOptions): ChainSource {
  const { dir, batch, onDamage } = options;
  const sizes = { first: batch ?? FIRST_BATCH, others: batch ?? BATCH };

  const open = async (): Promise<Shelf> => {
    const shelf = await openShelf(dir);
    for (const damage of shelf.damaged) onDamage?.(damage);
    return shelf;
  };

  const deliver = async function* (shelf: Shelf, start: bigint): AsyncGenerator<SourceBatch, void> {
    const run = runFrom(shelf, start);
    const end = run.at(-1)?.to;
    if (end === undefined) return;
    let covered = start - 1n;
    const batchOf = (transactions: readonly ChainTransaction[], coveredSlot: bigint): SourceBatch => {
      covered = coveredSlot;
      return { transactions, coveredSlot, headSlot: end, finalizedSlot: end, blocks: [], atTip: false };
    };
    for await (const transactions of wholeSlots(run, sizes)) {
      yield batchOf(transactions, transactions.at(-1)?.slot ?? covered);
    }
    if (covered < end) yield batchOf([], end);
  };

  return {
    async genesisHash() {
      const manifest = await readManifest(dir);
      if (manifest === null) throw new ArchiveRefused(`${dir} holds no archive`);
      return manifest.genesisHash;
    },
    async *batches(cursor, signal) {
      const shelf = await open();
      try {
        if (cursor !== null) await requireKnown(shelf, cursor);
        for await (const batch of deliver(shelf, (cursor?.slot ?? -1n) + 1n)) {
          if (signal.aborted) return;
          yield batch;
        }
      } catch (error) {
        if (!(error instanceof ArchiveDamage) || onDamage === undefined) throw error;
        onDamage(error);
      }
    },
    // It holds nothing that is not final, and so no block that could be dropped.
    standing: async () => null,
    finalBlockhash: async () => null,
    async finalTransactions({ after, upTo }) {
      const listed: ListedTransaction[] = [];
      for await (const transactions of readRange(await open(), { from: after + 1n, to: upTo })) {
        listed.push(...transactions.map(({ signature, slot }) => ({ signature, slot })));
      }
      return listed;
    },
    proven() {},
    close() {},
  };
}

/** The pieces from a slot on, up to the first gap or to where nothing is final. */
function runFrom({ pieces, finalSlot }: Shelf, start: bigint): Piece<Volume>[] {
  const run: Piece<Volume>[] = [];
  let next = start;
  for (const piece of pieces) {
    const part = overlap(piece, { from: next, to: finalSlot });
    if (part === null) continue;
    if (part.from !== next) break;
    run.push({ ...part, owner: piece.owner });
    next = part.to + 1n;
  }
  return run;
}

/** @throws ContinuityError when the archive has the cursor's slot, but not its transaction */
async function requireKnown(shelf: Shelf, { slot, signature }: SourceCursor): Promise<void> {
  if (runFrom(shelf, slot).length === 0) return;
  for await (const transactions of readRange(shelf, { from: slot, to: slot })) {
    if (transactions.some((transaction) => transaction.signature === signature)) return;
  }
  throw new ContinuityError(signature, slot);
}

async function* readRange({ pieces }: Shelf, range: SlotRange): AsyncGenerator<ChainTransaction[], void> {
  for (const piece of pieces) {
    const part = overlap(piece, range);
    if (part !== null) yield* piece.owner.read(part);
  }
}

/** So many that whoever loads in bulk where there is much of it does. */
const FIRST_BATCH = 1_000;
/** Few enough that they are folded, and gone, before the garbage collector takes them for long-lived. */
const BATCH = 128;

/** Batches of about so many transactions that never split a slot. */
async function* wholeSlots(
  run: readonly Piece<Volume>[],
  sizes: { readonly first: number; readonly others: number },
): AsyncGenerator<readonly ChainTransaction[], void> {
  let size = sizes.first;
  let pending: ChainTransaction[] = [];
  for (const piece of run) {
    for await (const transactions of piece.owner.read(piece)) {
      pending = pending.length === 0 ? transactions : pending.concat(transactions);
      if (pending.length < size) continue;
      const chunks = [...chunkBySlot(pending, size)];
      // More of the last slot may follow.
      pending = chunks.pop() ?? [];
      if (chunks.length > 0) size = sizes.others;
      yield* chunks;
    }
  }
  if (pending.length > 0) yield pending;
}
