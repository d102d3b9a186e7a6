import type { HistoryStore } from '../history/store.js';
import { type BlockhashQueue, createBlockhashQueue, REMEMBERED_BLOCKS } from './blockhashes.js';
import { createRecentBlocks, type RecentBlocks } from './recent-blocks.js';
import { createStatusCache, type StatusCache } from './statuses.js';
import type { BlockHeader } from './types.js';

/** What a chain must remember of its last blocks to go on from them. */
export interface ChainTail {
  /** The newest block; null before the first. */
  head: BlockHeader | null;
  readonly blockhashes: BlockhashQueue;
  readonly statuses: StatusCache;
  readonly recent: RecentBlocks;
}

/**
 * Reads the end of the stored chain, or of its part up to a slot. Of the blocks that `previous` holds, those which
 * were not final stay so; all else that is on disk is final.
 */
export async function loadTail(
  store: HistoryStore,
  upTo: number,
  previous: RecentBlocks | null,
): Promise<ChainTail> {
  const headers = await store.newestBlocks(upTo, REMEMBERED_BLOCKS);
  const blockhashes = createBlockhashQueue();
  const statuses = createStatusCache();
  for (const header of headers) blockhashes.add(header);
  for (const header of headers) {
    if (header.slot < blockhashes.oldestValidSlot() || header.transactionCount === 0) continue;
    for (const { signature, index, err } of await store.summariesOfBlock(header.slot)) {
      statuses.add(signature, { slot: header.slot, index, err });
    }
  }
  const head = headers.at(-1) ?? null;
  const pending = (previous?.newestFirst() ?? []).filter(({ header }) => header.slot <= upTo).reverse();
  const final = pending.length === 0 ? head : (previous?.finalized() ?? null);
  return { head, blockhashes, statuses, recent: createRecentBlocks(final, pending) };
}
