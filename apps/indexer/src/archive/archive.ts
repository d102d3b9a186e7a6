import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { type ArchivedTransaction, type Block, createBlock } from './block.js';
import { ArchiveRefused } from './errors.js';
import { UNFINISHED, writeAtomically } from './files.js';
import {
  type ArchiveBatch,
  finalOnly,
  type Journal,
  type JournalBatch,
  openJournal,
  readJournal,
} from './journal.js';
import { lockFolder } from './lock.js';
import { journalName, MANIFEST, readManifest, segmentName, sequenceOf } from './names.js';
import { mergeRanges } from './ranges.js';
import { writeSegment } from './segment.js';
import { lastFinalSlot, openShelf, shareBatches, within } from './shelf.js';

export interface ArchiveOptions {
  readonly dir: string;
  readonly genesisHash: string;
  /** Addresses whose transactions are complete in it. */
  readonly scope: readonly string[];
  readonly limits?: Partial<ArchiveLimits>;
}

export interface ArchiveLimits {
  /** A journal of this many bytes becomes a segment. */
  readonly segmentBytes: number;
  /** Transactions per block. */
  readonly block: number;
  /** Whether every batch is on the disk before `append` resolves; otherwise a power cut may cost the last ones. */
  readonly sync: boolean;
}

/** About 40,000 transactions a segment and a megabyte a block, before compression. */
const DEFAULT_LIMITS: ArchiveLimits = { segmentBytes: 16 * 1024 * 1024, block: 4_096, sync: true };

/** Keeps transactions in compressed files. Reading is `openShelf`'s work. */
export interface Archive {
  /**
   * Keeps everything that happened in a range of slots, in place of what was kept of it before. Batches may come in
   * any order. When it resolves, the batch outlasts a crash.
   * @throws ArchiveRefused for a batch that is no such thing
   */
  append(batch: ArchiveBatch): Promise<void>;
  /** Notes that everything up to a slot is known to be final. */
  markFinal(slot: bigint): Promise<void>;
  /** Makes a segment of what is in the journal. */
  rotate(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens an archive to write, or begins one. What a crash left unfinished is cleared away.
 * @throws ArchiveRefused when the folder is another chain's or another scope's, or another process writes to it
 */
export async function openArchive(options: ArchiveOptions): Promise<Archive> {
  const { dir } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  await mkdir(dir, { recursive: true });
  const unlock = await lockFolder(dir);
  try {
    await prepare(options);
    return await createWriter(dir, limits, unlock);
  } catch (error) {
    await unlock();
    throw error;
  }
}

async function createWriter(
  dir: string,
  limits: ArchiveLimits,
  unlock: () => Promise<void>,
): Promise<Archive> {
  const journalAt = (sequence: number): Promise<Journal> =>
    openJournal(join(dir, journalName(sequence)), limits);

  /** Makes a segment of a journal that is not written to any more. */
  const bind = async (sequence: number): Promise<void> => {
    const path = join(dir, journalName(sequence));
    const batches = await readJournal(path);
    if (batches.length > 0) {
      await writeSegment(join(dir, segmentName(sequence)), {
        ranges: mergeRanges(batches.flatMap(({ ranges }) => ranges)),
        finalSlot: lastFinalSlot(batches),
        blocks: await blocksOf(batches, limits.block),
      });
    }
    await rm(path);
  };

  const left = await clear(dir);
  for (const sequence of left.slice(0, -1)) await bind(sequence);
  let sequence = left.at(-1) ?? (await openShelf(dir)).nextSequence;
  let journal = await journalAt(sequence);
  let binding: Promise<void> = Promise.resolve();
  let working: Promise<unknown> = Promise.resolve();
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const result = working.then(work);
    working = result.catch(() => {});
    return result;
  };

  /** Begins another journal; the segment is made of the full one while that is written to. */
  const rotate = async (): Promise<void> => {
    await binding;
    const full = sequence;
    const next = await journalAt(full + 1);
    await journal.close();
    journal = next;
    sequence = full + 1;
    binding = bind(full);
    // Whoever rotates next, or closes, is told.
    binding.catch(() => {});
  };

  const keep = (batch: ArchiveBatch): Promise<void> =>
    inTurn(async () => {
      await journal.append(batch);
      if (journal.bytes >= limits.segmentBytes) await rotate();
    });

  return {
    append: (batch) => {
      requireSound(batch);
      return keep(batch);
    },
    markFinal: (slot) => keep(finalOnly(slot)),
    rotate: () =>
      inTurn(async () => {
        await rotate();
        await binding;
      }),
    close: () =>
      inTurn(async () => {
        try {
          await journal.close();
          await binding;
        } finally {
          await unlock();
        }
      }),
  };
}

/** Writes the manifest, or compares it. */
async function prepare({ dir, genesisHash, scope }: ArchiveOptions): Promise<void> {
  const wanted = { format: 1 as const, genesisHash, scope: scope.toSorted() };
  const manifest = await readManifest(dir);
  if (manifest === null) {
    await writeAtomically(join(dir, MANIFEST), [Buffer.from(`${JSON.stringify(wanted, null, 2)}\n`)]);
    return;
  }
  if (manifest.genesisHash !== genesisHash) {
    throw new ArchiveRefused(
      `${dir} archives the chain with genesis ${manifest.genesisHash}, not ${genesisHash}: set ARCHIVE_DIR to another folder`,
    );
  }
  if (manifest.scope.join() !== wanted.scope.join()) {
    throw new ArchiveRefused(
      `${dir} archives what names ${manifest.scope.join(', ')}; now ${wanted.scope.join(', ')} are followed, whose ` +
        'history it cannot give: set ARCHIVE_DIR to another folder, into which history is fetched once more',
    );
  }
}

/** Removes what a crash left over; gives the numbers of the journals that are no segment yet. */
async function clear(dir: string): Promise<number[]> {
  const { volumes } = await openShelf(dir);
  const whole = new Set(volumes.map(({ name }) => name));
  const left: number[] = [];
  for (const name of (await readdir(dir)).sort()) {
    if (name.endsWith(UNFINISHED)) await rm(join(dir, name));
    const sequence = sequenceOf(name, 'journal');
    if (sequence === null) continue;
    if (whole.has(segmentName(sequence))) await rm(join(dir, name));
    else left.push(sequence);
  }
  return left;
}

/** @throws ArchiveRefused */
function requireSound({ from, to, entries }: ArchiveBatch): void {
  const wrong = (what: string): ArchiveRefused => new ArchiveRefused(`slots ${from} to ${to}: ${what}`);
  if (from < 0n || to < from) throw wrong('no range of slots');
  entries.forEach(({ transaction: { slot, index, signature } }, order) => {
    const before = entries[order - 1]?.transaction;
    if (slot < from || slot > to) throw wrong(`${signature} of slot ${slot} is not in it`);
    if (before !== undefined && (slot < before.slot || (slot === before.slot && index <= before.index))) {
      throw wrong(`${signature} is out of order, or twice there`);
    }
  });
}

async function blocksOf(batches: readonly JournalBatch[], size: number): Promise<Block[]> {
  const blocks: Block[] = [];
  let pending: ArchivedTransaction[] = [];
  for (const { owner, ...piece } of shareBatches(batches)) {
    if (owner.transactions > 0) pending = pending.concat(within(owner.entries(), piece));
    while (pending.length >= size) {
      blocks.push(await createBlock(pending.slice(0, size)));
      pending = pending.slice(size);
    }
  }
  if (pending.length > 0) blocks.push(await createBlock(pending));
  return blocks;
}
