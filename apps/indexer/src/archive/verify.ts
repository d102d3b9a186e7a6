import { rename } from 'node:fs/promises';
import { join } from 'node:path';

import type { ChainTransaction } from '@inferscan/protocol';

import { ArchiveDamage } from './errors.js';
import { gapsIn, mergeRanges, type Piece, type SlotRange, shareOut } from './ranges.js';
import { openShelf, type Volume } from './shelf.js';

export interface ArchiveReport {
  /** Files read. */
  readonly volumes: number;
  /** Transactions that a replay delivers. */
  readonly transactions: number;
  /** Slots that were read completely, from the first to the last with a gap before it. */
  readonly ranges: readonly SlotRange[];
  /** Slots between the first and the last of which the archive knows nothing. */
  readonly gaps: readonly SlotRange[];
  /** Everything up to this slot is known to be final; -1: nothing. */
  readonly finalSlot: bigint;
  /** Files that are not what was written, with the reason. */
  readonly damaged: readonly { readonly file: string; readonly reason: string }[];
}

export interface VerifyOptions {
  /** Rename damaged files, so that their slots are gaps, which are fetched again. */
  readonly setAside?: boolean;
  /** After every file. */
  readonly onProgress?: (done: number, of: number) => void;
}

/**
 * Reads a whole archive: digests, decoding, order, and that nothing lies outside of the slots that were read.
 * @throws ArchiveRefused when the folder holds no archive
 */
export async function verifyArchive(
  dir: string,
  { setAside = false, onProgress }: VerifyOptions = {},
): Promise<ArchiveReport> {
  const { volumes, pieces: claimed, damaged: unreadable, finalSlot } = await openShelf(dir);
  const damaged = unreadable.map(({ file, message }) => ({ file, reason: message }));
  const sound: Volume[] = [];
  let transactions = 0;
  for (const [index, volume] of volumes.entries()) {
    try {
      const own = claimed.filter(({ owner }) => owner === volume);
      transactions += await checkVolume(volume, own);
      sound.push(volume);
    } catch (error) {
      if (!(error instanceof ArchiveDamage)) throw error;
      damaged.push({ file: volume.name, reason: error.message });
    }
    onProgress?.(index + 1, volumes.length);
  }
  const pieces = shareOut(sound.map((owner) => ({ owner, ranges: owner.ranges })));
  // What a damaged file had in place of older ones is theirs again.
  if (sound.length < volumes.length) transactions = await countIn(pieces);
  if (setAside) {
    for (const { file } of damaged) await rename(join(dir, file), join(dir, `${file}.damaged`));
  }
  const ranges = mergeRanges(pieces);
  const [first, last] = [ranges.at(0), ranges.at(-1)];
  return {
    volumes: volumes.length,
    transactions,
    ranges,
    gaps: first === undefined || last === undefined ? [] : gapsIn(ranges, { from: first.from, to: last.to }),
    finalSlot,
    damaged,
  };
}

async function countIn(pieces: readonly Piece<Volume>[]): Promise<number> {
  let count = 0;
  for (const piece of pieces) {
    for await (const part of piece.owner.read(piece)) count += part.length;
  }
  return count;
}

/**
 * Gives how many of its transactions lie in `own`: what no later file replaces.
 * @throws ArchiveDamage
 */
async function checkVolume(volume: Volume, own: readonly SlotRange[]): Promise<number> {
  await volume.check();
  const isIn = (ranges: readonly SlotRange[], slot: bigint): boolean =>
    ranges.some(({ from, to }) => from <= slot && slot <= to);
  let before: ChainTransaction | undefined;
  let count = 0;
  for await (const transactions of volume.read({ from: 0n, to: 2n ** 63n })) {
    for (const transaction of transactions) {
      const { slot, index, signature } = transaction;
      if (before !== undefined && (slot < before.slot || (slot === before.slot && index <= before.index))) {
        throw new ArchiveDamage(volume.name, `${signature} is out of order`);
      }
      if (!isIn(volume.ranges, slot)) {
        throw new ArchiveDamage(
          volume.name,
          `${signature} of slot ${slot} lies outside of the slots it tells of`,
        );
      }
      if (isIn(own, slot)) count++;
      before = transaction;
    }
  }
  return count;
}
