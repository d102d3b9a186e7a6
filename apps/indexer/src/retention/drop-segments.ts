import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import type { Database } from '@inferscan/db';

import { syncFolder } from '../archive/files.js';
import { sequenceOf } from '../archive/names.js';
import { overlap } from '../archive/ranges.js';
import { openShelf, type Volume } from '../archive/shelf.js';
import { noteDropped } from './kept.js';
import { retentionLimit } from './limit.js';

/**
 * Removes files of the archive all of whose transactions are older than so many days. It is said before they go: a file that is
 * there although it is not promised does no harm.
 * @returns how many were removed
 */
export async function dropSegments(
  { pool }: Pick<Database, 'pool'>,
  dir: string,
  days: number,
): Promise<number> {
  const limit = await retentionLimit(pool, days);
  if (limit === null) return 0;
  const { volumes } = await openShelf(dir);
  const old = removable(volumes, limit.slot);
  if (old.length === 0) return 0;
  await noteDropped(pool, 'archive_from_slot', limit.slot);
  // In the order in which they were written: what replaced something is there as long as what it replaced is.
  for (const { name } of old) {
    await rm(join(dir, name));
    await syncFolder(dir);
  }
  return old.length;
}

/** Segments that end before a slot, but those that replaced parts of a file that stays, and the newest one. */
export function removable(
  volumes: readonly Pick<Volume, 'name' | 'ranges'>[],
  slot: bigint,
): Pick<Volume, 'name'>[] {
  const stay: Pick<Volume, 'name' | 'ranges'>[] = [];
  const gone: Pick<Volume, 'name'>[] = [];
  volumes.forEach((volume, place) => {
    const { name, ranges } = volume;
    const isOld = ranges.every(({ to }) => to < slot);
    const replaces = stay.some((other) =>
      other.ranges.some((theirs) => ranges.some((own) => overlap(theirs, own) !== null)),
    );
    const isSegment = sequenceOf(name, 'segment') !== null;
    if (isOld && !replaces && isSegment && place < volumes.length - 1) gone.push(volume);
    else stay.push(volume);
  });
  return gone;
}
