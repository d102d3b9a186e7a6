import { createTestDatabase, type TestDatabase } from '@inferscan/db/testing';
import type { ChainTransaction } from '@inferscan/protocol';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createRpcClient, type SignatureEntry } from '../src/rpc/client.js';
import { createWakeSource } from '../src/rpc/wake.js';
import { ContinuityError, type SourceCursor } from '../src/source/chain-source.js';
import { mapAhead } from '../src/source/ordered.js';
import { advance, createRpcSource } from '../src/source/rpc-source.js';
import { chunkBySlot, placeInSlots } from '../src/source/slots.js';
import { createPostgresSpool } from '../src/store/postgres-spool.js';
import { startTestChain, type TestChain } from './support/chain.js';
import { type FaultyRpc, startFaultyRpc } from './support/faulty-rpc.js';
import { createLives } from './support/lives.js';
import { createRandom, testSeed } from './support/random.js';

describe('placeInSlots', () => {
  const entries = fc
    .array(fc.record({ slot: fc.bigInt({ min: 0n, max: 20n }), told: fc.boolean() }), { maxLength: 60 })
    .map((list) =>
      list
        .toSorted((left, right) => Number(left.slot - right.slot))
        .map(
          ({ slot, told }, order): SignatureEntry => ({
            signature: `s${order}`,
            slot,
            transactionIndex: told ? order * 3 : null,
          }),
        ),
    );

  it('keeps every entry, in the list’s order, with an index that rises within its slot', () => {
    fc.assert(
      fc.property(entries, (list) => {
        const placed = placeInSlots(list);
        expect(placed.map(({ signature }) => signature)).toEqual(list.map(({ signature }) => signature));
        placed.forEach((entry, order) => {
          const before = placed[order - 1];
          if (before?.slot === entry.slot) expect(entry.index).toBeGreaterThan(before.index);
        });
      }),
    );
  });

  it('is cut into chunks that never split a slot', () => {
    fc.assert(
      fc.property(entries, fc.integer({ min: 1, max: 10 }), (list, size) => {
        const chunks = [...chunkBySlot(list, size)];
        expect(chunks.flat()).toEqual(list);
        chunks.forEach((chunk, order) => {
          expect(chunk[0]?.slot).not.toBe(chunks[order - 1]?.at(-1)?.slot);
          if (order < chunks.length - 1) expect(chunk.length).toBeGreaterThanOrEqual(size);
        });
      }),
    );
  });
});

describe('mapAhead', () => {
  it('keeps the order, and no more at work than allowed', async () => {
    let atWork = 0;
    let most = 0;
    const work = async (item: number): Promise<number> => {
      most = Math.max(most, ++atWork);
      for (let turns = 0; turns < (item * 7) % 5; turns++) await Promise.resolve();
      atWork--;
      return item * 2;
    };
    const results: number[] = [];
    for await (const result of mapAhead(
      Array.from({ length: 50 }, (_, item) => item),
      4,
      work,
    ))
      results.push(result);
    expect(results).toEqual(Array.from({ length: 50 }, (_, item) => item * 2));
    expect(most).toBeLessThanOrEqual(4);
  });

  it('delivers the error of the work in its place, and that of the items', async () => {
    const results: number[] = [];
    const failing = async (item: number): Promise<number> => {
      if (item === 3) throw new Error('three');
      return item;
    };
    await expect(async () => {
      for await (const result of mapAhead([0, 1, 2, 3, 4, 5], 4, failing)) results.push(result);
    }).rejects.toThrow('three');
    expect(results).toEqual([0, 1, 2]);
    async function* items(): AsyncGenerator<number> {
      yield 1;
      throw new Error('no more items');
    }
    await expect(async () => {
      for await (const result of mapAhead(items(), 1, failing)) results.push(result);
    }).rejects.toThrow('no more items');
    expect(results).toEqual([0, 1, 2, 1]);
  });
});

describe('the RPC source', () => {
  const seed = testSeed();
  let chain: TestChain;
  let faulty: FaultyRpc;
  let database: TestDatabase;
  let truth: ChainTransaction[];

  interface ReadOptions {
    readonly from?: SourceCursor | null;
    readonly maxListed?: number;
    readonly url?: string;
    /** Stop after so many transactions. */
    readonly atMost?: number;
  }

  /** Reads to the tip and gives the transactions. */
  async function read({
    from = null,
    maxListed,
    url,
    atMost,
  }: ReadOptions = {}): Promise<ChainTransaction[]> {
    const wake = createWakeSource({ wsUrl: chain.net.wsUrl, mentions: chain.network.jobsProgram });
    const source = createRpcSource({
      rpc: createRpcClient({ url: url ?? chain.net.url }),
      wake,
      spool: createPostgresSpool(database.database),
      program: chain.network.jobsProgram,
      limits: { batch: 7, spoolChunk: 20, ...(maxListed === undefined ? {} : { maxListed }) },
    });
    const stop = new AbortController();
    const read: ChainTransaction[] = [];
    try {
      for await (const batch of source.batches(from, stop.signal)) {
        const { slot } = batch.transactions[0] ?? {};
        if (slot !== undefined && read.length > 0) expect(slot).toBeGreaterThan(read.at(-1)?.slot ?? -1n);
        read.push(...batch.transactions);
        if (batch.atTip || (atMost !== undefined && read.length >= atMost)) break;
      }
    } finally {
      stop.abort();
      source.close();
    }
    return read;
  }

  beforeAll(async () => {
    console.log(`source: TEST_SEED=${seed}`);
    chain = await startTestChain();
    database = await createTestDatabase();
    const lives = await createLives(chain, createRandom(seed));
    for (let steps = 0; steps < 120; steps++) await lives.step();
    await chain.confirmed(lives.lastSignature);
    faulty = await startFaultyRpc(chain.net.url, createRandom(seed + 1), 3);
    truth = await read();
    expect(truth.at(-1)?.signature).toBe(lives.lastSignature);
  });

  afterAll(async () => {
    await faulty.close();
    await database.drop();
    await chain.stop();
  });

  it('delivers the chain’s blocks in their order', async () => {
    const expected: string[] = [];
    const slots = new Set(truth.map(({ slot }) => slot));
    for (const slot of slots) {
      const block = await chain.rpc
        .getBlock(slot, {
          commitment: 'confirmed',
          transactionDetails: 'full',
          encoding: 'json',
          maxSupportedTransactionVersion: 0,
        })
        .send();
      for (const { transaction } of block?.transactions ?? []) {
        if (transaction.message.accountKeys.includes(chain.network.jobsProgram)) {
          expected.push(transaction.signatures[0] ?? '');
        }
      }
    }
    expect(truth.map(({ signature }) => signature)).toEqual(expected);
    expect(expected.length).toBeGreaterThan(120);
  });

  it('delivers the same through every fault of an RPC', async () => {
    // A lying answer may hide the newest; what was delivered is never wrong, and the next look has the rest.
    const received: ChainTransaction[] = [];
    let cursor: SourceCursor | null = null;
    while (received.length < truth.length) {
      const more = await read({ from: cursor, url: faulty.url });
      received.push(...more);
      cursor = advance(cursor, more);
    }
    expect(received).toEqual(truth);
    expect(faulty.faults.size).toBeGreaterThan(3);
  });

  it('goes through the spool when the list is long, and resumes there', async () => {
    const received = await read({ maxListed: 30, atMost: 40 });
    expect(received.length).toBeLessThan(truth.length);
    const state = await createPostgresSpool(database.database).state();
    expect(state).toMatchObject({ complete: true, afterSlot: -1n });
    received.push(...(await read({ maxListed: 30, from: advance(null, received) })));
    expect(received).toEqual(truth);
    expect(await createPostgresSpool(database.database).state()).toBeNull();
  });

  it('completes a listing that was interrupted', async () => {
    const spool = createPostgresSpool(database.database);
    const newest = truth.slice(-10).reverse();
    await spool.begin(-1n, truth.at(-1)?.slot ?? 0n);
    await spool.append(
      newest.map(({ signature, slot, index }) => ({ signature, slot, transactionIndex: index })),
    );
    expect(await read()).toEqual(truth);
  });

  it('goes on after any transaction of the past', async () => {
    const ends = truth.flatMap(({ slot }, order) => (truth[order + 1]?.slot === slot ? [] : [order + 1]));
    for (const end of [ends[0], ends[ends.length >> 1], ends.at(-2)]) {
      const before = truth.slice(0, end);
      expect(await read({ from: advance(null, before) })).toEqual(truth.slice(end));
    }
  });

  it('says so when the chain does not know what was stored', async () => {
    const last = truth.at(-1);
    const other = `${'5'.repeat(86)}z`;
    const cursor = { slot: (last?.slot ?? 0n) + 1n, signature: other, previousSignature: null };
    await expect(read({ from: cursor })).rejects.toThrow(ContinuityError);
  });
});
