import { networkInterfaces } from 'node:os';
import { type Address, generateKeyPairSigner, type Instruction } from '@solana/kit';
import { getTransferSolInstruction } from '@solana-program/system';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSocket } from './socket.js';
import { callRpc, startTestNet, type TestNet } from './support.js';
import { createWallet, type Wallet } from './wallet.js';

interface Status {
  readonly slot: number;
  readonly confirmed: number;
  readonly finalized: number;
  readonly blockHeight: number;
  readonly paused: boolean;
  readonly time: number;
  readonly clockAheadSeconds: number;
  readonly snapshots: readonly number[];
}

describe('the control API', () => {
  let test: TestNet;
  let payer: Wallet;
  let to: Address;

  beforeEach(async () => {
    test = await startTestNet({ control: true });
    payer = createWallet(test, await generateKeyPairSigner());
    to = (await generateKeyPairSigner()).address;
    await control('pause');
    await test.rpc('requestAirdrop', [payer.key.address, 5_000_000_000]);
    await control('step');
  });
  afterEach(() => test.stop());

  async function control<T>(name: string, ...params: unknown[]): Promise<T> {
    const { result, error } = await test.rpc(`localnet_${name}`, params);
    if (error !== undefined) throw new Error(`${error.code} ${error.message}`);
    return result as T;
  }
  const status = () => control<Status>('status');
  const pay = (amount: bigint, destination = to): Instruction =>
    getTransferSolInstruction({ source: payer.key, destination, amount });
  const submit = async (wire: string): Promise<string> => String((await payer.submit(wire)).result);
  const balance = async (address = to): Promise<number> =>
    ((await test.rpc('getBalance', [address, { commitment: 'processed' }])).result as { value: number })
      .value;
  const find = async (signature: string, rpc = test.rpc): Promise<{ slot: number } | null> =>
    (await rpc('getTransaction', [signature, { commitment: 'confirmed', maxSupportedTransactionVersion: 0 }]))
      .result as { slot: number } | null;
  const history = async (address: Address, rpc = test.rpc): Promise<string[]> =>
    (
      (await rpc('getSignaturesForAddress', [address, { commitment: 'confirmed' }])).result as {
        signature: string;
      }[]
    ).map(({ signature }) => signature);
  const block = (slot: number) =>
    test.rpc('getBlock', [slot, { commitment: 'confirmed', transactionDetails: 'signatures' }]);

  it('stands still when it is paused, and closes slots one by one', async () => {
    const before = await status();
    expect(before.paused).toBe(true);
    const signature = await submit(await payer.sign([pay(1_000_000n)]));
    expect(await find(signature)).toBeNull();
    expect(await control('step', 3)).toEqual({ slot: before.slot + 3 });
    expect(await find(signature)).toMatchObject({ slot: before.slot });
    expect(await status()).toMatchObject({ slot: before.slot + 3, confirmed: before.slot + 2 });
    await control('resume');
    await payer.send([pay(1_000_000n)]);
    expect((await status()).paused).toBe(false);
  });

  it('moves the clock on, also for the next start', async () => {
    const before = await status();
    const { time, slot } = await control<Status>('advanceClock', 14 * 86_400);
    expect(time).toBeGreaterThanOrEqual(before.time + 14 * 86_400);
    await control('step');
    expect((await test.rpc('getBlockTime', [slot])).result).toBe(time);
    expect((await test.rpc('getBlockTime', [before.slot])).result).toBe(before.time);
    await test.net.close();
    test = await startTestNet({ control: true, dataDir: test.dataDir });
    expect((await status()).clockAheadSeconds).toBe(14 * 86_400);
  });

  it('leaves slots without blocks, and blockhashes valid across them', async () => {
    const before = await status();
    const wire = await payer.sign([pay(1_000_000n)]);
    await control('skipSlots', 200);
    expect(await status()).toMatchObject({ slot: before.slot + 201, blockHeight: before.blockHeight + 1 });
    const signature = await submit(wire);
    await control('step');
    expect(await find(signature)).toMatchObject({ slot: before.slot + 201 });
    expect((await payer.submit(wire)).error).toMatchObject({ data: { err: 'AlreadyProcessed' } });
    const { result: slots } = await test.rpc('getBlocks', [before.slot, { commitment: 'confirmed' }]);
    expect(slots).toEqual([before.slot, before.slot + 201]);
    expect((await block(before.slot + 201)).result).toMatchObject({
      parentSlot: before.slot,
      signatures: [signature],
    });
    // Until the slots around it are finalized, a block may still turn up.
    expect((await block(before.slot + 200)).error?.code).toBe(-32004);
    expect((await test.rpc('getBlockTime', [before.slot + 200])).error?.code).toBe(-32004);
    await control('step', 40);
    expect((await block(before.slot + 200)).error?.code).toBe(-32007);
    expect((await block(before.slot + 1)).error?.code).toBe(-32009);
    expect((await test.rpc('getBlockTime', [before.slot + 200])).error?.code).toBe(-32007);
  });

  it('puts accounts in place', async () => {
    const owner = (await generateKeyPairSigner()).address;
    const account = { lamports: 3_000_000, owner, data: [Buffer.from('hello').toString('base64'), 'base64'] };
    await control('setAccount', to, account);
    await control('step');
    const { result } = await test.rpc('getAccountInfo', [
      to,
      { encoding: 'base64', commitment: 'processed' },
    ]);
    expect(result).toMatchObject({ value: { ...account, executable: false, space: 5 } });
    await control('setAccount', to, null);
    expect(await balance()).toBe(0);
    await expect(control('setAccount', to, { lamports: 1 })).rejects.toThrow('-32602');
    const broken = { ...account, owner: 'BPFLoader2111111111111111111111111111111111', executable: true };
    await expect(control('setAccount', to, broken)).rejects.toThrow('virtual machine');
  });

  it('goes back to a snapshot as often as wanted', async () => {
    const kept = await submit(await payer.sign([pay(1_000_000n)]));
    const { snapshot, slot } = await control<{ snapshot: number; slot: number }>('snapshot');
    const wire = await payer.sign([pay(2_000_000n)]);
    for (const round of [1, 2]) {
      const undone = await submit(wire);
      expect(await balance()).toBe(3_000_000);
      await control('advanceClock', 1_000);
      await control('step', 40);
      expect((await status()).finalized, `round ${round}`).toBeGreaterThan(slot);
      expect(await control('restore', snapshot)).toEqual({ slot, dropped: 1 });
      expect(await balance()).toBe(1_000_000);
      expect(await find(undone)).toBeNull();
      expect(await history(to)).toEqual([kept]);
      expect(await status()).toMatchObject({
        confirmed: slot + 1,
        clockAheadSeconds: 0,
        snapshots: [snapshot],
      });
    }
    await expect(control('restore', 99)).rejects.toThrow('no snapshot 99');
    await test.net.close();
    test = await startTestNet({ control: true, dataDir: test.dataDir });
    expect(await balance()).toBe(1_000_000);
    expect(await history(to)).toEqual([kept]);
  });

  it('forks: another branch without a transaction', async () => {
    const [gone, kept] = [await payer.sign([pay(1_000_000n)]), await payer.sign([pay(2_000_000n)])];
    const first = await submit(gone);
    await control('step');
    const second = await submit(kept);
    await control('step');
    const socket = await openSocket(test.net.wsUrl);
    const id = await socket.subscribe('accountSubscribe', [to, { commitment: 'confirmed' }]);
    const before = await status();
    const oldSlot = (await find(second))?.slot ?? 0;

    const forked = await control<{ parent: number; slot: number }>('fork', { drop: 2, without: [first] });
    expect(forked).toMatchObject({ parent: before.slot - 3, landed: [second], lost: [] });
    expect(forked.slot).toBeGreaterThan(before.slot);
    expect(await balance()).toBe(2_000_000);
    expect(await find(first)).toBeNull();
    expect(await find(second)).toMatchObject({ slot: forked.slot });
    expect(await history(to)).toEqual([second]);
    const { result: statuses } = await test.rpc('getSignatureStatuses', [
      [first, second],
      { searchTransactionHistory: true },
    ]);
    expect(statuses).toMatchObject({ value: [null, { slot: forked.slot }] });
    expect((await block(oldSlot)).error?.code).toBe(-32004);
    expect((await block(forked.slot)).result).toMatchObject({
      parentSlot: forked.parent,
      signatures: [second],
    });
    const [seen] = (await socket.wait(id)) as { value: { lamports: number } }[];
    expect(seen?.value.lamports).toBe(2_000_000);
    socket.close();

    // What is absent was never there: it can be sent anew.
    expect(await submit(gone)).toBe(first);
    await control('step', 40);
    expect((await block(oldSlot)).error?.code).toBe(-32007);
    expect(await history(to)).toEqual([first, second]);
    await test.net.close();
    test = await startTestNet({ control: true, dataDir: test.dataDir });
    expect(await balance()).toBe(3_000_000);
    expect(await history(to)).toEqual([first, second]);
  });

  it('forks: another order, and transactions whose blockhash is gone', async () => {
    const wires = [await payer.sign([pay(1_000_000n)]), await payer.sign([pay(2_000_000n)])];
    const [a = '', b = ''] = [await submit(wires[0] ?? ''), await submit(wires[1] ?? '')];
    const reordered = await control<{ slot: number }>('fork', { drop: 0, first: [b] });
    expect((await block(reordered.slot)).result).toMatchObject({ signatures: [b, a] });

    const late = await submit(await payer.sign([pay(4_000_000n)]));
    await control('step');
    expect(await control('fork', { drop: 2 })).toMatchObject({
      landed: [b, a],
      lost: [{ signature: late, err: 'BlockhashNotFound' }],
    });
    expect(await balance()).toBe(3_000_000);
    await expect(control('fork', { drop: 1, without: [late] })).rejects.toThrow('not in the dropped blocks');
    await expect(control('fork', { drop: 31 })).rejects.toThrow('at most');
    await expect(control('fork', { drop: 0, order: [] })).rejects.toThrow('-32602');
    expect(await balance()).toBe(3_000_000);
  });

  it('is refused unless it is switched on, and to web pages', async () => {
    const other = await startTestNet();
    expect((await other.rpc('localnet_pause')).error).toMatchObject({
      code: -32601,
      message: expect.stringContaining('--control'),
    });
    await other.stop();
    const from = async (origin: string) => {
      const response = await fetch(test.net.url, {
        method: 'POST',
        headers: { origin },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'localnet_status' }),
      });
      return ((await response.json()) as { error?: { code: number } }).error?.code;
    };
    expect(await from('https://example.com')).toBe(-32600);
    expect(await from('http://localhost:3000')).toBeUndefined();
    expect((await test.rpc('localnet_nothing')).error?.code).toBe(-32601);
  });

  const outside = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
  it.runIf(outside !== undefined)('serves no other computer', async () => {
    const open = await startTestNet({ host: '0.0.0.0', control: true });
    const url = open.net.url.replace('0.0.0.0', outside ?? '');
    expect((await callRpc(url, 'getHealth')).result).toBe('ok');
    expect((await callRpc(url, 'localnet_status')).error?.code).toBe(-32600);
    await open.stop();
  });
});
