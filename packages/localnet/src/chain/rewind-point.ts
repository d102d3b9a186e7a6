import type { RecentBlocks } from './recent-blocks.js';
import type { UndoLog } from './undo.js';

/** Where to rewind to: before the last `drop` closed blocks, or to a mark. */
export type RewindTarget = { readonly drop: number } | { readonly mark: number };

/** A rewind that is not possible, with the reason. */
export class RewindError extends Error {
  override readonly name = 'RewindError';
}

/**
 * Finds the slot after which everything is taken back.
 *
 * @throws RewindError when the mark is gone, or when blocks are final.
 */
export function rewindPoint(target: RewindTarget, recent: RecentBlocks, undo: UndoLog): number {
  if ('mark' in target) {
    const slot = undo.slotOfMark(target.mark);
    if (slot === null) throw new RewindError(`There is no snapshot ${target.mark}`);
    return slot;
  }
  const newest = recent.newestFirst();
  const point = newest[target.drop]?.header ?? recent.finalized();
  if (target.drop > newest.length || point === null) {
    throw new RewindError(`Only blocks that are not finalized can be dropped: at most ${newest.length}`);
  }
  return point.slot;
}
