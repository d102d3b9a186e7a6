import { once } from 'node:events';
import { generateKeyPairSigner } from '@solana/kit';
import { Connection } from '@solana/web3.js';
import { getTransferSolInstruction } from '@solana-program/system';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openSocket } from './socket.js';
import { startTestNet, type TestNet, until } from './support.js';
import { createWallet, type Wallet } from './wallet.js';

describe('faults', () => {
  let test: TestNet;
  let payer: Wallet;

  beforeAll(async () => {
    test = await startTestNet({ control: true, slotMs: 20 });
    payer = createWallet(test, await generateKeyPairSigner());
    await test.rpc('requestAirdrop', [payer.key.address, 1_000_000_000]);
    await payer.send([
      getTransferSolInstruction({ source: payer.key, destination: payer.key.address, amount: 1n }),
    ]);
  });
  afterAll(() => test.stop());
  afterEach(() => set(null));

  const set = async (faults: object | null): Promise<void> => {
    const { error } = await test.rpc('localnet_setFaults', [faults]);
    if (error !== undefined) throw new Error(error.message);
  };
  const ask = (method: string, params: unknown[] = []): Promise<Response> =>
    fetch(test.net.url, {
      method: 'POST',
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    });
  /** How a call ends, in one word. */
  const outcome = async (method: string): Promise<string> => {
    const response = await ask(method);
    const body = await response.text().catch(() => null);
    return body === null ? 'cut' : String(response.status);
  };

  it('come in the same order from the same seed', async () => {
    const series = async (seed: number): Promise<string[]> => {
      await set({ seed, tooManyRequests: 0.2, serverError: 0.2, cutBody: 0.2 });
      const seen: string[] = [];
      for (let call = 0; call < 40; call += 1) seen.push(await outcome('getHealth'));
      return seen;
    };
    const first = await series(7);
    expect(new Set(first)).toEqual(new Set(['200', '429', '503', 'cut']));
    expect(await series(7)).toEqual(first);
    expect(await series(8)).not.toEqual(first);
  });

  it('tell the client when to come back, which web3.js does', async () => {
    await set({ seed: 1, tooManyRequests: 1, retryAfterSeconds: 3 });
    const response = await ask('getHealth');
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '3']);
    // The control API itself never fails.
    await set({ seed: 2, tooManyRequests: 0.5, retryAfterSeconds: 0 });
    const connection = new Connection(test.net.url, 'confirmed');
    for (let call = 0; call < 4; call += 1) expect(await connection.getSlot()).toBeGreaterThan(0);
  });

  it('strike only the methods that are named', async () => {
    await set({ seed: 1, serverError: 1, methods: ['getSlot'] });
    expect(await outcome('getSlot')).toBe('503');
    expect(await outcome('getHealth')).toBe('200');
  });

  it('make answers late, stale or empty', async () => {
    await set({ seed: 1, latencyMs: { min: 80, max: 90 } });
    const start = performance.now();
    await ask('getHealth');
    // Timers may fire a little early.
    expect(performance.now() - start).toBeGreaterThan(75);

    await set({ seed: 1, stale: 1 });
    const { result: slot } = await test.rpc('getSlot', [{ commitment: 'processed' }]);
    await until('the chain to move on', async () => {
      const { result } = await test.rpc('localnet_status');
      return (result as { slot: number }).slot > Number(slot) + 1;
    });
    expect((await test.rpc('getSlot', [{ commitment: 'processed' }])).result).toBe(slot);

    const history = ['getSignaturesForAddress', [payer.key.address, { commitment: 'confirmed' }]] as const;
    await set({ seed: 1, emptyList: 1 });
    expect((await test.rpc(history[0], [...history[1]])).result).toEqual([]);
    expect(
      (await test.rpc('getMultipleAccounts', [[payer.key.address], { commitment: 'processed' }])).result,
    ).toMatchObject({
      value: [],
    });
    await set(null);
    expect((await test.rpc(history[0], [...history[1]])).result).not.toEqual([]);
  });

  it('repeat and swap notifications, and cut websockets off', async () => {
    const socket = await openSocket(test.net.wsUrl);
    const roots = await socket.subscribe('rootSubscribe');
    await set({ seed: 3, duplicate: 1 });
    await until('a repeated root', async () => {
      const seen = socket.results(roots) as number[];
      return seen.some((root, index) => root === seen[index + 1]);
    });
    await set({ seed: 3, outOfOrder: 0.5 });
    await until('a root before an older one', async () => {
      const seen = socket.results(roots) as number[];
      return seen.some((root, index) => root > (seen[index + 1] ?? root));
    });
    const closed = once(socket.raw, 'close');
    await set({ seed: 3, dropSocket: 1 });
    expect((await closed)[0]).toBe(1006);
  });

  it('leave slots without a block', async () => {
    await set({ seed: 5, skipSlot: 0.5 });
    const { result: from } = await test.rpc('getSlot', [{ commitment: 'processed' }]);
    const slots = await until('some blocks', async () => {
      const { result } = await test.rpc('getBlocks', [from, { commitment: 'confirmed' }]);
      return (result as number[]).length >= 12 ? (result as number[]) : null;
    });
    const steps = new Set(slots.slice(1).map((slot, index) => slot - (slots[index] ?? 0)));
    expect(steps).toEqual(new Set([1, 2]));
  });

  it('are refused when they make no sense', async () => {
    for (const faults of [
      {},
      { seed: 1, stale: 2 },
      { seed: 1, fire: 1 },
      { seed: 1, latencyMs: { min: 9, max: 1 } },
    ]) {
      await expect(set(faults), JSON.stringify(faults)).rejects.toThrow('Invalid params');
    }
  });
});
