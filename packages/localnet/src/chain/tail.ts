import type { HistoryStore } from '../history/store.js';
import { BLOCKHASH_VALID_BLOCKS, type BlockhashQueue, createBlockhashQueue } from './blockhashes.js';
import { createRecentBlocks, type RecentBlocks } from './recent-blocks.js';
import { createStatusCache, type StatusCache } from './statuses.js';
import type { Block, BlockHeader } from './types.js';

/** What a chain must remember of its last blocks to go on from them. */
export interface ChainTail {
  /** The newest block; null before the first. */
  head: BlockHeader | null;
  readonly blockhashes: BlockhashQueue;
  readonly statuses: StatusCache;
  readonly recent: RecentBlocks;
}

/** Reads the end of the stored chain, or of its part up to a slot. `known` has the blocks that memory still holds. */
export async function loadTail(
  store: HistoryStore,
  upTo: number,
  known: (slot: number) => Block | null,
): Promise<ChainTail> {
  const headers = await store.newestBlocks(upTo, BLOCKHASH_VALID_BLOCKS);
  const blockhashes = createBlockhashQueue();
  const statuses = createStatusCache();
  for (const header of headers) {
    blockhashes.add(header);
    if (header.transactionCount === 0) continue;
    for (const { signature, index, err } of await store.summariesOfBlock(header.slot)) {
      statuses.add(signature, { slot: header.slot, index, err });
    }
  }
  return {
    head: headers.at(-1) ?? null,
    blockhashes,
    statuses,
    recent: createRecentBlocks(headers.map((header) => ({ header, block: known(header.slot) }))),
  };
}
