import { setImmediate as nextTurn } from 'node:timers/promises';

import type { NetworkFold } from '@inferscan/protocol';

import type { SourceBatch } from '../source/chain-source.js';
import type { BulkLoad, Finishing, Store } from '../store/store.js';

/** Transactions that are folded before what is on its way to the database gets a turn. */
const PER_TURN = 64;

/** The beginning of an index: final history, stored in bulk as long as there is any. */
export interface Loading {
  /** Folds and stores a batch, if it is one to be stored in bulk. Once one is not, loading is over. */
  take(batch: SourceBatch): Promise<boolean>;
  /** Everything up to this slot is committed; -1: nothing. */
  readonly committedSlot: bigint;
  /** There is no more history. */
  finish(): Promise<void>;
  /** Ends it for now: what was taken is committed, or dropped. */
  close(keep: boolean): Promise<void>;
}

export interface LoadingOptions {
  readonly store: Pick<Store, 'bulkLoad'>;
  readonly fold: NetworkFold;
  /** Before each step of what comes after the last transaction. */
  readonly onFinishing: (finishing: Finishing) => void;
}

export function createLoading({ store, fold, onFinishing }: LoadingOptions, signal: AbortSignal): Loading {
  let load: BulkLoad | null = null;
  let state: 'unknown' | 'loading' | 'over' = 'unknown';

  const finish = async (): Promise<void> => {
    if (state === 'unknown') load = await store.bulkLoad(0);
    state = 'over';
    await load?.finish(onFinishing, signal);
    load = null;
  };

  const begin = async ({ transactions }: SourceBatch): Promise<boolean> => {
    if (state !== 'unknown') return load !== null;
    load = await store.bulkLoad(transactions.length);
    state = load === null ? 'over' : 'loading';
    return load !== null;
  };

  return {
    async take(batch) {
      const { transactions, blocks, atTip } = batch;
      if (blocks.length > 0 || atTip) {
        await finish();
        return false;
      }
      if (state === 'unknown' && transactions.length === 0) return false;
      if (!(await begin(batch)) || load === null) return false;
      for (const [index, transaction] of transactions.entries()) {
        load.add(transaction, fold.apply(transaction));
        if (index % PER_TURN === PER_TURN - 1) await nextTurn();
      }
      await load.batchEnds(transactions);
      return true;
    },
    get committedSlot() {
      return load?.committedSlot ?? -1n;
    },
    finish,
    async close(keep) {
      await load?.close(keep);
      load = null;
    },
  };
}
