import { createArchiveSource } from '@inferscan/indexer/parts';
import { type ChainTransaction, createNetworkFold, decodeTransaction } from '@inferscan/protocol';

import { NETWORK } from '../history/parties.js';

/** Seconds that a stage takes alone, with what it needs ready. */
export interface Stages {
  readonly fetch: number;
  readonly decode: number;
  readonly fold: number;
}

/**
 * Reads an archive three times: only to read it, to decode it as well, and to fold it as well, which decodes first. What a
 * stage takes is the difference to the one before.
 */
export async function measureStages(dir: string): Promise<Stages> {
  const fetch = await secondsFor(dir, () => {});
  const decoded = await secondsFor(dir, (transaction) => {
    decodeTransaction(transaction, NETWORK);
  });
  const fold = createNetworkFold(NETWORK);
  const folded = await secondsFor(dir, (transaction) => {
    fold.apply(transaction);
  });
  return { fetch, decode: decoded - fetch, fold: folded - decoded };
}

async function secondsFor(dir: string, use: (transaction: ChainTransaction) => void): Promise<number> {
  const since = performance.now();
  for await (const { transactions } of createArchiveSource({ dir }).batches(
    null,
    new AbortController().signal,
  )) {
    for (const transaction of transactions) use(transaction);
  }
  return (performance.now() - since) / 1_000;
}
