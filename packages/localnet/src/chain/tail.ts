import type { Base58 } from '../encodings/base58.js';
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
  base58: Base58,
): Promise<ChainTail> {
  const headers = await store.newestBlocks(upTo, REMEMBERED_BLOCKS);
  const blockhashes = createBlockhashQueue();
  for (const header of headers) blockhashes.add(header);
  const valid = headers.filter(({ slot }) => slot >= blockhashes.oldestValidSlot());
  const statuses = createStatusCache(await store.statusesOfBlocks(valid), base58.decode);
  const head = headers.at(-1) ?? null;
  const pending = (previous?.newestFirst() ?? []).filter(({ header }) => header.slot <= upTo).reverse();
  const final = pending.length === 0 ? head : (previous?.finalized() ?? null);
  return { head, blockhashes, statuses, recent: createRecentBlocks(final, pending) };
}
