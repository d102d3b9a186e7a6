import { createNetworkFold, type NetworkConfig } from '@inferscan/protocol';

import type { ChainSource } from '../source/chain-source.js';
import { advance } from '../source/rpc-source.js';
import type { IndexerStatus, Store } from '../store/store.js';
import { mergeChanges } from './merge.js';

export interface FollowOptions {
  readonly source: ChainSource;
  readonly store: Store;
  readonly network: NetworkConfig;
  /** After every batch, stored or empty. */
  readonly onProgress: (progress: Progress) => void;
}

export interface Progress extends Omit<IndexerStatus, 'error'> {
  /** Transactions that the batch held. */
  readonly transactions: number;
}

/**
 * The loop that drives everything: a source's batches through the fold into the store, until aborted.
 * It begins where the store is, so it can be stopped anywhere and run again.
 */
export async function follow(options: FollowOptions, signal: AbortSignal): Promise<void> {
  const { source, store, network, onProgress } = options;
  let cursor = await store.cursor();
  const fold = createNetworkFold(network, await store.snapshot());
  let reachedTip = false;
  for await (const batch of source.batches(cursor, signal)) {
    const { transactions } = batch;
    if (transactions.length > 0) {
      const changes = mergeChanges(transactions.map((transaction) => fold.apply(transaction)));
      await store.commit({ after: cursor, transactions, changes });
      cursor = advance(cursor, transactions);
    }
    reachedTip ||= batch.atTip;
    onProgress({
      headSlot: batch.headSlot,
      indexedSlot: batch.coveredSlot,
      phase: reachedTip ? 'tip' : 'backfill',
      transactions: transactions.length,
    });
  }
}
