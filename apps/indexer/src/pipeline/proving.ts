import { type ChainSource, finalUpTo, type SourceBatch } from '../source/chain-source.js';
import type { Store } from '../store/store.js';
import { settle } from './finality.js';

/** Proves what became final while more is stored: the one waits for the chain, the other for the database. */
export interface Proving {
  /** Proves what the batch says is final. @throws ForkError, and what source and store throw */
  now(batch: SourceBatch): Promise<void>;
  /** Begins to, unless it is still proving: then a later batch does. @throws what was found since the last call */
  begin(batch: SourceBatch): void;
  /** Waits until nothing is being proven. @throws what was found since the last call */
  done(): Promise<void>;
  /** Ends it, whatever it may find. */
  close(): Promise<void>;
}

export interface ProvingOptions {
  readonly source: ChainSource;
  readonly store: Store;
  /** Stored blocks were proven. */
  readonly onProven: () => void;
}

export function createProving({ source, store, onProven }: ProvingOptions, outer: AbortSignal): Proving {
  const closed = new AbortController();
  const signal = AbortSignal.any([outer, closed.signal]);
  let running: Promise<void> | undefined;
  let found: { readonly error: unknown } | undefined;

  const prove = async (batch: SourceBatch): Promise<void> => {
    if (await settle({ source, store }, batch.finalizedSlot, signal)) onProven();
    source.proven(finalUpTo(batch));
  };
  const throwFound = (): void => {
    if (found === undefined) return;
    const { error } = found;
    found = undefined;
    throw error;
  };
  const done = async (): Promise<void> => {
    await running;
    throwFound();
  };

  return {
    done,
    async now(batch) {
      await done();
      await prove(batch);
    },
    begin(batch) {
      throwFound();
      running ??= prove(batch)
        .catch((error: unknown) => {
          found = { error };
        })
        .finally(() => {
          running = undefined;
        });
    },
    async close() {
      closed.abort();
      await running;
    },
  };
}
