import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { ChainTransaction } from '@inferscan/protocol';

import type { ArchivedTransaction } from './block.js';
import { ArchiveDamage, ArchiveRefused } from './errors.js';
import { type JournalBatch, readJournal } from './journal.js';
import { readManifest, sequenceOf } from './names.js';
import { laterOf, mergeRanges, overlap, type Piece, type SlotRange, shareOut } from './ranges.js';
import { openSegment } from './segment.js';

/** Something of the archive that can be read: a segment, or the journal. */
export interface Volume {
  readonly name: string;
  readonly ranges: readonly SlotRange[];
  readonly finalSlot: bigint;
  read(range: SlotRange): AsyncGenerator<ChainTransaction[], void>;
  answers(range: SlotRange): AsyncGenerator<ArchivedTransaction[], void>;
  check(): Promise<void>;
}

/** Everything that is in an archive at one moment. Files that are written later are not seen. */
export interface Shelf {
  /** In the order in which they were written. */
  readonly volumes: readonly Volume[];
  /** Files that cannot be read at all. */
  readonly damaged: readonly ArchiveDamage[];
  /** Which volume each slot is to be read from, ascending. */
  readonly pieces: readonly Piece<Volume>[];
  /** Everything up to this slot is known to be final; -1: nothing. */
  readonly finalSlot: bigint;
  /** The number that the next file gets. */
  readonly nextSequence: number;
}

/** Journals become segments while a folder is read; then it is read again. */
const MAX_TRIES = 10;

/** @throws ArchiveRefused when the folder holds no archive */
export async function openShelf(dir: string): Promise<Shelf> {
  if ((await readManifest(dir)) === null) throw new ArchiveRefused(`${dir} holds no archive`);
  for (let tries = 1; ; tries++) {
    try {
      return await readFolder(dir);
    } catch (error) {
      const isGone = error instanceof Error && 'code' in error && error.code === 'ENOENT';
      if (!isGone || tries === MAX_TRIES) throw error;
    }
  }
}

async function readFolder(dir: string): Promise<Shelf> {
  const names = (await readdir(dir)).sort();
  const damaged: ArchiveDamage[] = [];
  const volumes = new Map<number, Volume>();
  const orDamaged = async <Result>(work: Promise<Result>): Promise<Result | null> =>
    work.catch((error: unknown) => {
      if (!(error instanceof ArchiveDamage)) throw error;
      damaged.push(error);
      return null;
    });
  for (const name of names) {
    const sequence = sequenceOf(name, 'segment');
    if (sequence === null) continue;
    const segment = await orDamaged(openSegment(join(dir, name)));
    if (segment !== null) volumes.set(sequence, { ...segment, name });
  }
  for (const name of names) {
    const sequence = sequenceOf(name, 'journal');
    // Of a journal that became a segment, a crash may have left both.
    if (sequence === null || volumes.has(sequence)) continue;
    const batches = await orDamaged(readJournal(join(dir, name)));
    if (batches !== null && batches.length > 0) volumes.set(sequence, journalVolume(name, batches));
  }
  const inOrder = [...volumes].sort(([left], [right]) => left - right).map(([, volume]) => volume);
  return {
    volumes: inOrder,
    damaged,
    pieces: shareOut(inOrder.map((owner) => ({ owner, ranges: owner.ranges }))),
    finalSlot: lastFinalSlot(inOrder),
    nextSequence: Math.max(0, ...names.map((name) => sequenceOf(name) ?? 0)) + 1,
  };
}

function journalVolume(name: string, batches: readonly JournalBatch[]): Volume {
  const pieces = shareBatches(batches);
  const read = function* (range: SlotRange): Generator<ArchivedTransaction[], void> {
    for (const { owner, ...piece } of pieces) {
      const wanted = overlap(piece, range);
      if (wanted !== null && owner.transactions > 0) yield within(owner.entries(), wanted);
    }
  };
  return {
    name,
    ranges: mergeRanges(batches.flatMap(({ ranges }) => ranges)),
    finalSlot: lastFinalSlot(batches),
    async *read(range) {
      for (const entries of read(range)) yield entries.map(({ transaction }) => transaction);
    },
    async *answers(range) {
      yield* read(range);
    },
    async check() {
      for (const batch of batches) batch.entries();
    },
  };
}

/** Which batch each slot is to be taken from. */
export const shareBatches = (batches: readonly JournalBatch[]): Piece<JournalBatch>[] =>
  shareOut(batches.map((owner) => ({ owner, ranges: owner.ranges })));

export const lastFinalSlot = (parts: readonly { readonly finalSlot: bigint }[]): bigint =>
  parts.reduce((latest, { finalSlot }) => laterOf(latest, finalSlot), -1n);

export const within = (
  entries: readonly ArchivedTransaction[],
  { from, to }: SlotRange,
): ArchivedTransaction[] =>
  entries.filter(({ transaction }) => transaction.slot >= from && transaction.slot <= to);
