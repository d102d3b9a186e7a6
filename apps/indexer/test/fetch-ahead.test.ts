import { networkConfig } from '@inferscan/protocol';
import { getBase58Decoder } from '@solana/kit';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { createRpcClient } from '../src/rpc/client.js';
import { hasAnswers } from '../src/source/answered-batch.js';
import type { ChainSource, SourceBatch } from '../src/source/chain-source.js';
import { createRpcSource, type RpcSourceOptions } from '../src/source/rpc-source.js';
import { createMemorySpool } from './support/memory-spool.js';
import { SaidError, type ScriptedRpc, startScriptedRpc } from './support/scripted-rpc.js';

const network = networkConfig('localnet');
const HEAD = 1_000_000;
const never = new AbortController().signal;

/** The signature of the transaction in a slot, and back. */
const signatureOf = (slot: number): string => {
  const bytes = Buffer.alloc(64, 1);
  bytes.writeUInt32LE(slot, 1);
  return getBase58Decoder().decode(bytes);
};

/** A chain of `length` slots with one transaction each; its server takes `perRequest` calls at once. */
async function startLongChain(length: number, perRequest: number, latencyMs: number): Promise<ScriptedRpc> {
  const slots = new Map(Array.from({ length }, (_, slot) => [signatureOf(slot), slot]));
  const rpc = await startScriptedRpc(
    ({ method, params }) => {
      const [first, config] = params as [string, { before?: string }];
      if (method === 'getSlot') return HEAD;
      if (method === 'getGenesisHash') return network.jobsProgram;
      if (method === 'getSignaturesForAddress') {
        if (first !== network.jobsProgram) return [];
        const end = config.before === undefined ? length : (slots.get(config.before) ?? 0);
        return Array.from({ length: Math.min(1_000, end) }, (_, order) => {
          const slot = end - 1 - order;
          return { signature: signatureOf(slot), slot, transactionIndex: 0 };
        });
      }
      if (method !== 'getTransaction') throw new SaidError(-32_601, `no ${method}`);
      return {
        slot: slots.get(first),
        blockTime: 1_700_000_000,
        meta: { err: null, fee: 5_000, innerInstructions: [], preTokenBalances: [], postTokenBalances: [] },
        transaction: {
          signatures: [first],
          message: {
            accountKeys: [network.nosMint, network.jobsProgram],
            instructions: [{ programIdIndex: 1, accounts: [0], data: '2' }],
          },
        },
      };
    },
    { latencyMs },
  );
  rpc.intercept = (response, calls) => {
    if (calls.length <= perRequest) return false;
    response.writeHead(413).end();
    return true;
  };
  return rpc;
}

let rpc: ScriptedRpc | undefined;
afterEach(async () => {
  await rpc?.close();
});

const createSource = (url: string, options: Partial<RpcSourceOptions> = {}): ChainSource =>
  createRpcSource({
    rpc: createRpcClient({ url }),
    wake: { wait: async () => {}, close() {} },
    spool: createMemorySpool(),
    addresses: [network.jobsProgram],
    ...options,
  });

describe('fetching ahead', () => {
  it('has as many requests on their way as the server takes, one by one where it takes no batches', async () => {
    rpc = await startLongChain(900, 1, 20);
    const source = createSource(rpc.url);
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, rpc?.open ?? 0);
    }, 1);
    let count = 0;
    for await (const { transactions, atTip } of source.batches(null, never)) {
      for (const { slot } of transactions) expect(slot).toBe(BigInt(count++));
      if (atTip) break;
    }
    clearInterval(watch);
    expect(count).toBe(900);
    // It begins with 4, and one more for every round that goes well.
    expect(most).toBeGreaterThan(12);
    expect(most).toBeLessThanOrEqual(32);
  }, 60_000);

  it('holds no more than its limits say, however slowly batches are taken', async () => {
    rpc = await startLongChain(3_000, 50, 1);
    const limits = { batch: 20, ahead: 5, held: 3, maxListed: 100, spoolChunk: 150 };
    const batches = createSource(rpc.url, { limits }).batches(null, never);
    const fetched = (): number => rpc?.calls.filter(({ method }) => method === 'getTransaction').length ?? 0;
    let taken = 0;
    for (let turn = 0; turn < 4; turn++) {
      taken += (await batches.next()).value?.transactions.length ?? 0;
      let before = -1;
      await vi.waitFor(
        () => {
          const now = fetched();
          const isStill = now === before;
          before = now;
          expect(isStill).toBe(true);
        },
        { timeout: 10_000, interval: 200 },
      );
      expect(taken).toBe((turn + 1) * limits.batch);
      expect(fetched()).toBeLessThanOrEqual(taken + (limits.ahead + limits.held) * limits.batch);
      expect(fetched()).toBeGreaterThan(taken);
    }
    await batches.return();
  }, 60_000);

  it.each([100, 10_000])(
    'goes on behind what was delivered when a listing turns out to be stale, with %i held in memory',
    async (maxListed) => {
      rpc = await startLongChain(300, 50, 0);
      const answer = rpc.answer;
      const moved = signatureOf(150);
      let lies = 1;
      rpc.answer = async (call) => {
        const answered = (await answer(call)) as { slot?: number };
        if (call.method !== 'getTransaction' || call.params[0] !== moved || lies-- <= 0) return answered;
        // Its listing said another slot, as when a fork came between.
        return { ...answered, slot: 149 };
      };
      const retries: string[] = [];
      const source = createSource(rpc.url, {
        limits: { batch: 20, ahead: 3, held: 2, maxListed, spoolChunk: 60 },
        onRetry: ({ name }) => retries.push(name),
      });
      const slots: bigint[] = [];
      for await (const { transactions, atTip } of source.batches(null, never)) {
        slots.push(...transactions.map(({ slot }) => slot));
        if (atTip) break;
      }
      expect(slots).toEqual(Array.from({ length: 300 }, (_, slot) => BigInt(slot)));
      expect(retries).toEqual(['StaleListingError']);
    },
    60_000,
  );

  it('looks for more while what was found is on its way', async () => {
    rpc = await startLongChain(60, 50, 0);
    const answer = rpc.answer;
    let length = 20;
    let release = (): void => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    rpc.answer = async (call) => {
      const { method } = call;
      if (method === 'getTransaction') await released;
      if (method !== 'getSignaturesForAddress') return answer(call);
      const { until, before } = call.params[1] as { until?: string; before?: string };
      if (before !== undefined) return [];
      const slots = Array.from({ length }, (_, order) => length - 1 - order);
      const end = until === undefined ? length : slots.findIndex((slot) => signatureOf(slot) === until);
      return slots.slice(0, end).map((slot) => ({ signature: signatureOf(slot), slot, transactionIndex: 0 }));
    };
    const lists = () => rpc?.calls.filter(({ method }) => method === 'getSignaturesForAddress') ?? [];
    // The page of 20, and the pages before it, which have nothing and are asked for three times.
    const FIRST_LOOK = 4;
    let wakeUp = (): void => {};
    const stop = new AbortController();
    const wake = {
      async wait() {
        if (stop.signal.aborted) return;
        await new Promise<void>((resolve) => {
          wakeUp = resolve;
        });
      },
      close() {},
    };
    const batches = createSource(rpc.url, { wake }).batches(null, stop.signal);
    const first = batches.next();
    await vi.waitFor(() => expect(lists()).toHaveLength(FIRST_LOOK));
    length = 45;
    await vi.waitFor(() => {
      wakeUp();
      expect(lists()).toHaveLength(FIRST_LOOK + 1);
    });
    release();
    const slots: bigint[] = [];
    const take = (value: SourceBatch | undefined): void => {
      slots.push(...(value?.transactions ?? []).map(({ slot }) => slot));
    };
    take((await first).value ?? undefined);
    while (slots.length < 45) take((await batches.next()).value ?? undefined);
    expect(slots).toEqual(Array.from({ length: 45 }, (_, slot) => BigInt(slot)));
    // The second was to be shown the newest that was known, and what is new, before any of it was fetched.
    expect(lists()[FIRST_LOOK]?.params[1]).toMatchObject({ until: signatureOf(18) });
    stop.abort();
    wakeUp();
    await batches.return();
  }, 60_000);

  it('hands on what was answered, where an archive wants it', async () => {
    rpc = await startLongChain(120, 50, 0);
    for (const keepAnswers of [true, false]) {
      for await (const batch of createSource(rpc.url, { keepAnswers }).batches(null, never)) {
        const answers = hasAnswers(batch) ? batch.answers : [];
        expect(answers).toHaveLength(keepAnswers ? batch.transactions.length : 0);
        answers.forEach((answer, order) => {
          expect(answer).toMatchObject({
            transaction: { signatures: [batch.transactions[order]?.signature] },
          });
        });
        if (batch.atTip) break;
      }
    }
  }, 60_000);
});
