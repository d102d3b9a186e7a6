import { createTestDatabase, type TestDatabase } from '@inferscan/db/testing';
import type { ChainTransaction } from '@inferscan/protocol';
import type { Address } from '@solana/kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createRpcClient } from '../src/rpc/client.js';
import { createWakeSource } from '../src/rpc/wake.js';
import { ContinuityError } from '../src/source/chain-source.js';
import { advance, names, type SourceCursor } from '../src/source/cursor.js';
import { mapAhead } from '../src/source/ordered.js';
import { createRpcSource } from '../src/source/rpc-source.js';
import { programsOf } from '../src/source/scope.js';
import { createPostgresSpool } from '../src/store/postgres-spool.js';
import { startBlindRpc } from './support/blind-rpc.js';
import { startTestChain, type TestChain } from './support/chain.js';
import { type FaultyRpc, startFaultyRpc } from './support/faulty-rpc.js';
import { createLives } from './support/lives.js';
import { createRandom, testSeed } from './support/random.js';
import type { ScriptedRpc } from './support/scripted-rpc.js';

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
  /** The same chain behind a server that tells no transaction's index. */
  let blind: ScriptedRpc;
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
    const wake = createWakeSource({ wsUrl: chain.net.wsUrl, mentions: programsOf(chain.network) });
    const source = createRpcSource({
      rpc: createRpcClient({ url: url ?? chain.net.url }),
      wake,
      spool: createPostgresSpool(database.database),
      addresses: programsOf(chain.network),
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
    blind = await startBlindRpc(chain.net.url);
    database = await createTestDatabase();
    const lives = await createLives(chain, createRandom(seed));
    // Of what is rare, and of transactions that name two programs, there must be some.
    const hasRare = () => ['describeNode', 'enter'].every((name) => (lives.counts.get(name) ?? 0) > 1);
    for (let steps = 0; steps < 120 || !hasRare(); steps++) await lives.step();
    await chain.confirmed(lives.lastSignature);
    faulty = await startFaultyRpc(chain.net.url, createRandom(seed + 1), 3);
    truth = await read();
    expect(truth.at(-1)?.signature).toBe(lives.lastSignature);
  });

  afterAll(async () => {
    await faulty.close();
    await blind.close();
    await database.drop();
    await chain.stop();
  });

  it('delivers the chain’s blocks in their order', async () => {
    const expected: string[] = [];
    const count = new Map<string, number>();
    let several = 0;
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
        const found = programsOf(chain.network).filter((program) =>
          transaction.message.accountKeys.includes(program),
        );
        if (found.length > 0) expected.push(transaction.signatures[0] ?? '');
        for (const program of found) count.set(program, (count.get(program) ?? 0) + 1);
        if (found.length > 1) several++;
      }
    }
    expect(truth.map(({ signature }) => signature)).toEqual(expected);
    expect(expected.length).toBeGreaterThan(120);
    // All of them are there, also those that name no jobs program, and those that name two are there once.
    for (const program of programsOf(chain.network)) expect(count.get(program)).toBeGreaterThan(1);
    expect(several).toBeGreaterThan(1);
  });

  it('knows the order inside a slot also where no list tells it', async () => {
    const orders = (transactions: ChainTransaction[]) => transactions.map(({ signature }) => signature);
    expect(orders(await read({ url: blind.url }))).toEqual(orders(truth));
    const asked = blind.calls.filter(({ method }) => method === 'getBlock');
    expect(asked.some(({ params }) => JSON.stringify(params).includes('"signatures"'))).toBe(true);
  });

  it('finds a fork that took back the last transaction of any program', async () => {
    for (const program of programsOf(chain.network)) {
      const from = advance(null, truth, programsOf(chain.network));
      const mark = from?.marks.get(program);
      if (from === null || mark === undefined) throw new Error(`nothing names ${program}`);
      const lost = { ...mark, signature: `${'5'.repeat(86)}z` };
      await expect(
        read({ from: { ...from, marks: new Map(from.marks).set(program, lost) } }),
      ).rejects.toThrow(ContinuityError);
      const moved = { ...mark, slot: mark.slot - 1n };
      await expect(
        read({ from: { ...from, marks: new Map(from.marks).set(program, moved) } }),
      ).rejects.toThrow(ContinuityError);
    }
  });

  it('delivers the same through every fault of an RPC', async () => {
    // A lying answer may hide the newest; what was delivered is never wrong, and the next look has the rest.
    const received: ChainTransaction[] = [];
    let cursor: SourceCursor | null = null;
    while (received.length < truth.length) {
      const more = await read({ from: cursor, url: faulty.url });
      received.push(...more);
      cursor = advance(cursor, more, programsOf(chain.network));
    }
    expect(received).toEqual(truth);
    expect(faulty.faults.size).toBeGreaterThan(3);
  });

  it('goes through the spool when the list is long, and resumes there', async () => {
    const received = await read({ maxListed: 30, atMost: 40 });
    expect(received.length).toBeLessThan(truth.length);
    const state = await createPostgresSpool(database.database).state();
    expect(state?.afterSlot).toBe(-1n);
    expect([...(state?.lists.values() ?? [])].every(({ complete }) => complete)).toBe(true);
    received.push(
      ...(await read({ maxListed: 30, from: advance(null, received, programsOf(chain.network)) })),
    );
    expect(received).toEqual(truth);
    expect(await createPostgresSpool(database.database).state()).toBeNull();
  });

  it('completes a listing that was interrupted', async () => {
    const spool = createPostgresSpool(database.database);
    const programs = programsOf(chain.network);
    const [jobs, nodes, staking] = programs;
    if (jobs === undefined || nodes === undefined || staking === undefined) throw new Error('no programs');
    await spool.begin(-1n, truth.at(-1)?.slot ?? 0n, programs);
    // One has some of its list, one all, one none yet.
    const listed = (program: Address, count: number) =>
      truth
        .filter((transaction) => names(transaction, program))
        .slice(-count)
        .reverse()
        .map(({ signature, slot, index }) => ({ signature, slot, transactionIndex: index }));
    await spool.append(jobs, listed(jobs, 10));
    await spool.append(staking, listed(staking, 10_000));
    await spool.markComplete(staking);
    expect(await read()).toEqual(truth);
  });

  it('goes on after any transaction of the past', async () => {
    const ends = truth.flatMap(({ slot }, order) => (truth[order + 1]?.slot === slot ? [] : [order + 1]));
    for (const end of [ends[0], ends[ends.length >> 1], ends.at(-2)]) {
      const before = truth.slice(0, end);
      expect(await read({ from: advance(null, before, programsOf(chain.network)) })).toEqual(
        truth.slice(end),
      );
    }
  });

  it('says so when the chain does not know what was stored', async () => {
    const last = truth.at(-1);
    const other = `${'5'.repeat(86)}z`;
    const slot = (last?.slot ?? 0n) + 1n;
    const mark = { slot, signature: other, previous: null };
    const cursor = { slot, signature: other, marks: new Map([[chain.network.jobsProgram, mark]]) };
    await expect(read({ from: cursor })).rejects.toThrow(ContinuityError);
  });
});
