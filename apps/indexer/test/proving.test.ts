import { setImmediate as turn } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';

import { ForkError } from '../src/pipeline/finality.js';
import { createProving } from '../src/pipeline/proving.js';
import type { ChainSource, SourceBatch } from '../src/source/chain-source.js';
import type { Store } from '../src/store/store.js';

const never = new AbortController().signal;

const batch = (finalizedSlot: bigint, coveredSlot: bigint): SourceBatch => ({
  transactions: [],
  blocks: [],
  headSlot: coveredSlot,
  coveredSlot,
  finalizedSlot,
  atTip: true,
});

/** A chain that tells the hash of the stored block only when a test says so; the store holds that one block, of slot 5. */
function createParts() {
  const asked: AbortSignal[] = [];
  const answers: ((hash: string | null) => void)[] = [];
  const finalized: bigint[] = [];
  const proven: bigint[] = [];
  const source = {
    finalBlockhash: (_slot: bigint, signal: AbortSignal) =>
      new Promise<string | null>((resolve, reject) => {
        asked.push(signal);
        answers.push(resolve);
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      }),
    finalTransactions: async () => [],
    proven: (slot: bigint) => void proven.push(slot),
  } as unknown as ChainSource;
  const store = {
    pending: async () =>
      finalized.length > 0
        ? { finalizedSlot: 5n, blocks: [] }
        : { finalizedSlot: 1n, blocks: [{ slot: 5n, blockhash: 'five' }] },
    transactionsIn: async () => [],
    marks: async () => new Map(),
    finalize: async (slot: bigint) => void finalized.push(slot),
  } as unknown as Store;
  let count = 0;
  const proving = createProving({ source, store, onProven: () => count++ }, never);
  const asks = (): Promise<void> => expect.poll(() => asked.length).toBeGreaterThan(0);
  return {
    ...{ proving, asked, finalized, proven, asks },
    answer(hash: string | null): void {
      for (const resolve of answers.splice(0)) resolve(hash);
    },
    timesProven: () => count,
  };
}

describe('proving', () => {
  it('goes on while more is stored, and marks and tells what it proved', async () => {
    const { proving, asks, asked, answer, finalized, proven, timesProven } = createParts();
    proving.begin(batch(7n, 9n));
    await asks();
    proving.begin(batch(8n, 10n));
    expect([finalized, proven]).toEqual([[], []]);
    answer('five');
    await proving.done();
    expect({ finalized, proven, asked: asked.length, times: timesProven() }).toEqual({
      finalized: [5n],
      proven: [7n],
      asked: 1,
      times: 1,
    });
    // Of what is final beyond what was delivered, nothing is proven.
    await proving.now(batch(20n, 10n));
    expect(proven).toEqual([7n, 10n]);
  });

  it('tells of a fork once, to whoever asks next', async () => {
    for (const ask of ['begin', 'now', 'done'] as const) {
      const { proving, asks, answer, finalized, proven } = createParts();
      proving.begin(batch(7n, 9n));
      await asks();
      answer('another');
      // Until what it found is known.
      for (let turns = 0; turns < 10; turns++) await turn();
      const next = async (): Promise<void> => proving[ask](batch(8n, 10n));
      const error = await next().catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(ForkError);
      await proving.done();
      expect([finalized, proven]).toEqual([[], []]);
    }
  });

  it('ends when it is closed, and says nothing', async () => {
    const { proving, asks, asked, finalized } = createParts();
    proving.begin(batch(7n, 9n));
    await asks();
    await proving.close();
    expect(asked[0]?.aborted).toBe(true);
    expect(finalized).toEqual([]);
  });
});
