import type { ChainTransaction } from '@inferscan/protocol';
import type { Address } from '@solana/kit';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';

import { openArchive } from '../../src/archive/archive.js';
import { createArchiveSource } from '../../src/archive/archive-source.js';
import { createArchivingSource } from '../../src/archive/archiving.js';
import { createRpcClient } from '../../src/rpc/client.js';
import { createWakeSource } from '../../src/rpc/wake.js';
import { type ChainSource, finalUpTo } from '../../src/source/chain-source.js';
import { advance, type SourceCursor } from '../../src/source/cursor.js';
import { createHeliusSource, type HeliusLimits } from '../../src/source/helius/helius-source.js';
import { createSequence, type HistorySource } from '../../src/source/history-source.js';
import { createRpcSource } from '../../src/source/rpc-source.js';
import { programsOf } from '../../src/source/scope.js';
import { contentOf, createFolders } from '../support/archive-folder.js';
import { startTestChain, type TestChain } from '../support/chain.js';
import { type HeliusProxy, startHeliusProxy } from '../support/helius-proxy.js';
import { createLives } from '../support/lives.js';
import { createMemorySpool } from '../support/memory-spool.js';
import { createRandom, testSeed } from '../support/random.js';

const seed = testSeed();
const folders = createFolders();
let chain: TestChain;
let proxy: HeliusProxy;
/** What the RPC source delivers: it is tested against the chain's blocks. */
let truth: ChainTransaction[];
const never = new AbortController().signal;

const LIMITS: HeliusLimits = { batch: 11, ahead: 3, page: 10, span: 40n, near: 30n };

function createRpc(url: string | string[]): ChainSource {
  return createRpcSource({
    rpc: createRpcClient({ url }),
    wake: createWakeSource({ wsUrl: chain.net.wsUrl, mentions: programsOf(chain.network) }),
    spool: createMemorySpool(),
    addresses: programsOf(chain.network),
  });
}

interface ReadOptions {
  readonly from?: SourceCursor | null;
  readonly url?: string | string[];
  readonly addresses?: readonly Address[];
  readonly limits?: Partial<HeliusLimits>;
  readonly onTrouble?: (error: Error) => void;
}

function createHelius({ url, addresses, limits, onTrouble }: ReadOptions = {}): HistorySource {
  return createHeliusSource({
    rpc: createRpcClient({ url: url ?? chain.net.url }),
    addresses: addresses ?? programsOf(chain.network),
    limits: { ...LIMITS, ...limits },
    ...(onTrouble === undefined ? {} : { onTrouble }),
  });
}

async function read(options: ReadOptions = {}): Promise<ChainTransaction[]> {
  const transactions: ChainTransaction[] = [];
  let covered = options.from?.slot ?? -1n;
  for await (const batch of createHelius(options).batches(options.from ?? null, never)) {
    for (const { slot } of batch.transactions) {
      expect(slot).toBeGreaterThan(covered);
      expect(slot).toBeLessThanOrEqual(batch.coveredSlot);
      expect(slot).toBeLessThanOrEqual(batch.finalizedSlot);
    }
    covered = batch.coveredSlot;
    transactions.push(...batch.transactions);
  }
  return transactions;
}

beforeAll(async () => {
  console.log(`helius: TEST_SEED=${seed}`);
  chain = await startTestChain();
  const lives = await createLives(chain, createRandom(seed));
  for (let steps = 0; steps < 120; steps++) await lives.step();
  await chain.confirmed(lives.lastSignature);
  const source = createRpc(chain.net.url);
  truth = [];
  for await (const { transactions, atTip } of source.batches(null, never)) {
    truth.push(...transactions);
    if (atTip) break;
  }
  source.close();
  // Final, and further back than where it is left to plain RPC.
  const last = truth.at(-1)?.slot ?? 0n;
  const rpc = createRpcClient({ url: chain.net.url });
  await vi.waitFor(async () => expect(await rpc.finalizedSlot(never)).toBeGreaterThan(last + LIMITS.near), {
    timeout: 60_000,
    interval: 50,
  });
  proxy = await startHeliusProxy(chain.net.url);
});

afterEach(async () => {
  proxy.reset();
  await folders.remove();
});
afterAll(async () => {
  await proxy.close();
  await chain.stop();
});

describe('the Helius source', () => {
  it.each([
    ['small pages', {}],
    ['pages that end in the middle of a slot', { page: 1, batch: 3 }],
    ['one window', { span: 1_000_000n, batch: 1_000, page: 1_000 }],
    ['windows that are much too large', { span: 1_000_000n, batch: 5 }],
  ])('delivers what the RPC source does, by %s', async (_, limits) => {
    const troubles: Error[] = [];
    expect(await read({ limits, onTrouble: (error) => troubles.push(error) })).toEqual(truth);
    expect(troubles).toEqual([]);
  });

  it('goes on after any transaction of the past', async () => {
    const ends = truth.flatMap(({ slot }, order) => (truth[order + 1]?.slot === slot ? [] : [order + 1]));
    for (const end of ends.filter((_, place) => place % 15 === 0)) {
      const from = advance(null, truth.slice(0, end), programsOf(chain.network));
      expect(await read({ from })).toEqual(truth.slice(end));
    }
  });

  it('merges what names several addresses, each transaction once', async () => {
    const admin = chain.admin.address;
    const both = await read({ addresses: [...programsOf(chain.network), admin] });
    const known = new Set(truth.map(({ signature }) => signature));
    expect(both.filter(({ signature }) => known.has(signature))).toEqual(truth);
    expect(both.length).toBeGreaterThan(truth.length);
    expect(new Set(both.map(({ signature }) => signature)).size).toBe(both.length);
    expect(await read({ addresses: [admin, ...programsOf(chain.network)] })).toEqual(both);
  });

  it('has what Helius leaves out, and not what it adds', async () => {
    const troubles: string[] = [];
    const onTrouble = ({ message }: Error): number => troubles.push(message);
    const [left, right] = [truth[5]?.signature ?? '', truth[60]?.signature ?? ''];
    proxy.change = ({ data, ...page }) => ({
      ...page,
      data: data.filter(({ transaction }) => ![left, right].includes(transaction.signatures[0] ?? '')),
    });
    expect(await read({ url: proxy.url, onTrouble })).toEqual(truth);
    expect(troubles.join()).toMatch(/Helius left out 1 of/);
    const invented = '5'.repeat(88);
    proxy.change = ({ data, ...page }) => ({
      ...page,
      data: data.map((entry) =>
        entry.transaction.signatures[0] === left
          ? { ...entry, transaction: { ...entry.transaction, signatures: [invented] } }
          : entry,
      ),
    });
    expect(await read({ url: proxy.url, onTrouble })).toEqual(truth);
    expect(troubles.join()).toContain(`Helius has ${invented}, which no list has`);
  });

  it('fetches by itself what Helius garbles', async () => {
    const garbled = truth[30]?.signature;
    for (const damage of [
      { meta: null },
      { slot: 'x' },
      { transactionIndex: null },
      { meta: { fee: 'x' } },
    ]) {
      proxy.change = ({ data, ...page }) => ({
        ...page,
        data: data.map((entry) =>
          entry.transaction.signatures[0] === garbled ? { ...entry, ...damage } : entry,
        ),
      });
      expect(await read({ url: proxy.url })).toEqual(truth);
    }
  });

  it('is not misled by pages that are empty or end too early', async () => {
    const random = createRandom(seed);
    let lies = 0;
    proxy.change = (page) => {
      if (random.int(3) > 0) return page;
      lies++;
      return { data: page.data.slice(0, random.int(page.data.length + 1)), paginationToken: null };
    };
    expect(await read({ url: proxy.url })).toEqual(truth);
    expect(lies).toBeGreaterThan(0);
  });

  it('is not misled by lists that are empty for a while', async () => {
    const random = createRandom(seed + 1);
    const url = await proxy.faulty((method) => method === 'getSignaturesForAddress' && random.int(4) === 0);
    expect(await read({ url })).toEqual(truth);
  });

  it('asks for smaller pages where large ones are refused', async () => {
    proxy.largest = 100;
    expect(await read({ url: proxy.url, limits: { page: 1_000, batch: 500 } })).toEqual(truth);
    expect(proxy.limits.some((limit) => limit === 1_000)).toBe(true);
    // Once for each address of each window that was being read.
    const atOnce = LIMITS.ahead * programsOf(chain.network).length;
    expect(proxy.limits.filter((limit) => limit > 100).length).toBeLessThanOrEqual(atOnce);
  });

  it('is left to the server that knows the method, and ends where none does', async () => {
    proxy.unknown = true;
    const troubles: Error[] = [];
    expect(await read({ url: [proxy.url, chain.net.url] })).toEqual(truth);
    expect(await read({ url: proxy.url, onTrouble: (error) => troubles.push(error) })).toEqual([]);
    expect(troubles).toHaveLength(1);
    expect(troubles[0]).toMatchObject({ code: 'refused', rpcCode: -32_601 });
  });

  it('stops when told to', async () => {
    const stop = new AbortController();
    let batches = 0;
    for await (const _ of createHelius({ limits: { batch: 2 } }).batches(null, stop.signal)) {
      batches++;
      stop.abort();
    }
    expect(batches).toBe(1);
  });
});

describe('a sequence of sources', () => {
  /** Reads until the last transaction of the truth is there. */
  async function readThrough(
    source: ChainSource,
    from: SourceCursor | null = null,
  ): Promise<ChainTransaction[]> {
    const received: ChainTransaction[] = [];
    for await (const batch of source.batches(from, never)) {
      received.push(...batch.transactions);
      source.proven(finalUpTo(batch));
      if (batch.atTip) break;
    }
    return received;
  }

  it('goes from Helius to the tip, and keeps an archive from which all is replayed without network', async () => {
    const dir = await folders.make();
    const genesisHash = await createRpcClient({ url: chain.net.url }).genesisHash(never);
    const archive = await openArchive({ dir, genesisHash, scope: programsOf(chain.network) });
    const tip = createRpc(chain.net.url);
    const rpc = createRpcClient({ url: chain.net.url });
    const helius = createHeliusSource({
      rpc,
      addresses: programsOf(chain.network),
      keepAnswers: true,
      limits: LIMITS,
    });
    const network = createArchivingSource(createSequence([helius], tip, programsOf(chain.network)), {
      archive,
      answers: true,
    });
    // Half from the network, then from the archive, then from the network again.
    const half: ChainTransaction[] = [];
    for await (const batch of network.batches(null, never)) {
      half.push(...batch.transactions);
      network.proven(finalUpTo(batch));
      if (half.length > truth.length / 2) break;
    }
    const source = createSequence([createArchiveSource({ dir })], network, programsOf(chain.network));
    expect(await readThrough(source)).toEqual(truth);
    tip.close();
    await archive.close();
    const replayed: ChainTransaction[] = [];
    for await (const { transactions } of createArchiveSource({ dir }).batches(null, never)) {
      replayed.push(...transactions);
    }
    expect(replayed).toEqual(truth);
    const { entries } = await contentOf(dir);
    const kept = entries.filter(({ answer }) => answer !== null);
    expect(kept.length).toBeGreaterThan(0);
    for (const { answer, transaction } of kept) {
      expect(JSON.parse(answer ?? '')).toMatchObject({
        slot: Number(transaction.slot),
        transaction: { signatures: expect.arrayContaining([transaction.signature]) },
      });
    }
  });
});
