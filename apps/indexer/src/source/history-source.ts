import type { Address } from '@solana/kit';

import type { ChainSource, SourceBatch } from './chain-source.js';
import { advance, type SourceCursor } from './cursor.js';

/** Final history up to some slot: its batches end there. */
export type HistorySource = Pick<ChainSource, 'batches'>;

/**
 * Takes history from where it is had fastest, one source after the other, and goes on with `tip`, which alone decides
 * what is final and when the end is reached. All of them follow the same addresses.
 */
export function createSequence(
  histories: readonly HistorySource[],
  tip: ChainSource,
  addresses: readonly Address[],
): ChainSource {
  return {
    ...tip,
    async *batches(start, signal) {
      let cursor: SourceCursor | null = start;
      for (const history of histories) {
        for await (const batch of history.batches(cursor, signal)) {
          yield withoutTip(batch);
          cursor = advance(cursor, batch.transactions, addresses);
        }
        if (signal.aborted) return;
      }
      yield* tip.batches(cursor, signal);
    },
  };
}

const withoutTip = (batch: SourceBatch): SourceBatch => (batch.atTip ? { ...batch, atTip: false } : batch);
