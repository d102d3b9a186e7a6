import { networkConfig } from '@inferscan/protocol';
import { type Address, generateKeyPairSigner, type Instruction } from '@solana/kit';
import { getTransferSolInstruction } from '@solana-program/system';
import { TOKEN_PROGRAM_ADDRESS } from '@solana-program/token';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openSocket, type Socket } from './socket.js';
import { post, startTestNet, type TestNet } from './support.js';
import { createWallet, type Wallet } from './wallet.js';

const NOS = networkConfig('localnet').nosMint;

describe('subscriptions', () => {
  let test: TestNet;
  let payer: Wallet;
  let socket: Socket;

  beforeAll(async () => {
    test = await startTestNet({ slotMs: 20 });
    payer = createWallet(test, await generateKeyPairSigner());
    await test.rpc('requestAirdrop', [payer.key.address, 5_000_000_000]);
  });
  afterAll(() => test.stop());
  beforeEach(async () => {
    socket = await openSocket(test.net.wsUrl);
  });
  afterEach(() => socket.close());

  const pay = (to: Address, amount: bigint): Instruction =>
    getTransferSolInstruction({ source: payer.key, destination: to, amount });

  it('tells of an account at each commitment', async () => {
    const to = (await generateKeyPairSigner()).address;
    const ids: number[] = [];
    for (const commitment of ['processed', 'confirmed', 'finalized']) {
      ids.push(await socket.subscribe('accountSubscribe', [to, { commitment, encoding: 'base64' }]));
    }
    await payer.send([pay(to, 1_000_000n)]);
    const slots: number[] = [];
    for (const id of ids) {
      const [result] = (await socket.wait(id)) as { context: { slot: number }; value: object }[];
      expect(result?.value).toMatchObject({ lamports: 1_000_000, data: ['', 'base64'], space: 0 });
      slots.push(result?.context.slot ?? -1);
    }
    // It is one change, in one slot.
    expect(new Set(slots).size).toBe(1);
  });

  it('tells of accounts of a program that pass the filters', async () => {
    const owner = (await generateKeyPairSigner()).address;
    const filters = [{ dataSize: 165 }, { memcmp: { offset: 32, bytes: owner } }];
    const config = { commitment: 'confirmed', encoding: 'jsonParsed', filters };
    const id = await socket.subscribe('programSubscribe', [TOKEN_PROGRAM_ADDRESS, config]);
    for (const address of [payer.key.address, owner]) {
      await post(`${test.net.url}/faucet`, JSON.stringify({ address, nos: '7' }));
    }
    const [result, ...more] = await socket.wait(id);
    expect(result).toMatchObject({
      value: { account: { data: { parsed: { info: { mint: NOS, owner, tokenAmount: { amount: '7' } } } } } },
    });
    expect(more).toEqual([]);
  });

  it('tells of logs, all or those that mention an address', async () => {
    const to = (await generateKeyPairSigner()).address;
    const mentions = await socket.subscribe('logsSubscribe', [
      { mentions: [to] },
      { commitment: 'confirmed' },
    ]);
    const all = await socket.subscribe('logsSubscribe', ['all', { commitment: 'processed' }]);
    const other = await payer.send([pay(payer.key.address, 1n)]);
    const signature = await payer.send([pay(to, 1_000_000n)]);
    const [result, ...more] = await socket.wait(mentions);
    expect(result).toMatchObject({
      value: { signature, err: null, logs: expect.arrayContaining([expect.stringContaining('success')]) },
    });
    expect(more).toEqual([]);
    const seen = (await socket.wait(all, 2)) as { value: { signature: string } }[];
    expect(seen.map(({ value }) => value.signature)).toEqual([other, signature]);
    expect((await socket.call('logsSubscribe', [{ mentions: [to, to] }])).error?.code).toBe(-32602);
  });

  it('tells once when a signature has reached the commitment, also when it had before', async () => {
    const wire = await payer.sign([pay(payer.key.address, 2n)]);
    const signature = String((await payer.submit(wire)).result);
    const config = { commitment: 'confirmed', enableReceivedNotification: true };
    const id = await socket.subscribe('signatureSubscribe', [signature, config]);
    expect(await socket.wait(id, 2)).toMatchObject([
      { value: 'receivedSignature' },
      { value: { err: null } },
    ]);
    const late = await socket.subscribe('signatureSubscribe', [signature, { commitment: 'confirmed' }]);
    expect(await socket.wait(late)).toMatchObject([{ value: { err: null } }]);
    // It ended by itself: there is nothing left to unsubscribe.
    expect((await socket.call('signatureUnsubscribe', [late])).error?.message).toBe(
      'Invalid subscription id.',
    );
    const final = await socket.subscribe('signatureSubscribe', [signature]);
    const [result] = (await socket.wait(final)) as { context: { slot: number } }[];
    const { result: newest } = await test.rpc('getSlot', [{ commitment: 'finalized' }]);
    expect(result?.context.slot).toBeLessThanOrEqual(Number(newest));
  });

  it('tells of blocks, whole or what mentions an address', async () => {
    const to = (await generateKeyPairSigner()).address;
    const view = { commitment: 'confirmed', maxSupportedTransactionVersion: 0, showRewards: false };
    const mentioned = await socket.subscribe('blockSubscribe', [
      { mentionsAccountOrProgram: to },
      { ...view, encoding: 'jsonParsed' },
    ]);
    const all = await socket.subscribe('blockSubscribe', ['all', { ...view, transactionDetails: 'none' }]);
    const legacyOnly = await socket.subscribe('blockSubscribe', [
      { mentionsAccountOrProgram: to },
      { commitment: 'confirmed' },
    ]);
    const signature = await payer.send([pay(to, 1_000_000n)]);
    const [result] = (await socket.wait(mentioned)) as { value: { slot: number; block: object } }[];
    expect(result?.value).toMatchObject({
      err: null,
      block: {
        transactions: [{ transaction: { signatures: [signature] }, meta: { err: null }, version: 0 }],
      },
    });
    const { result: block } = await test.rpc('getBlock', [
      result?.value.slot,
      { ...view, encoding: 'jsonParsed', rewards: false },
    ]);
    expect(result?.value.block).toEqual(block);
    const [first, second] = (await socket.wait(all, 2)) as { value: { block: { blockhash: string } } }[];
    expect(second?.value.block).toMatchObject({ previousBlockhash: first?.value.block.blockhash });
    expect(second?.value.block).not.toHaveProperty('transactions');
    expect(second?.value.block).not.toHaveProperty('rewards');
    expect(await socket.wait(legacyOnly)).toMatchObject([
      { value: { block: null, err: { UnsupportedTransactionVersion: 0 } } },
    ]);
    const processed = await socket.call('blockSubscribe', ['all', { commitment: 'processed' }]);
    expect(processed.error?.code).toBe(-32602);
  });

  it('counts slots and roots until it is told to stop', async () => {
    const slots = await socket.subscribe('slotSubscribe');
    const roots = await socket.subscribe('rootSubscribe');
    const [first, second] = (await socket.wait(slots, 2)) as { slot: number; parent: number; root: number }[];
    expect(second?.parent).toBe(first?.slot);
    expect(second?.slot).toBe((first?.slot ?? 0) + 1);
    const [a, b] = (await socket.wait(roots, 2)) as number[];
    expect(b).toBe((a ?? 0) + 1);
    expect((await socket.call('slotUnsubscribe', [slots])).result).toBe(true);
    const count = socket.results(slots).length;
    await socket.wait(roots, 10);
    expect(socket.results(slots)).toHaveLength(count);
  });

  it('works on the HTTP port too and explains what it cannot do', async () => {
    const other = await openSocket(test.net.url.replace('http', 'ws'));
    expect(await other.subscribe('slotSubscribe')).toEqual(expect.any(Number));
    expect((await other.call('voteSubscribe')).error?.code).toBe(-32601);
    expect((await other.call('accountSubscribe', ['nonsense'])).error?.code).toBe(-32602);
    expect((await other.call('slotUnsubscribe', [999_999])).error?.code).toBe(-32602);
    other.close();
    const plain = await fetch(test.net.wsUrl.replace('ws', 'http'));
    expect(plain.status).toBe(426);
  });

  it('holds a limited number of subscriptions per connection', async () => {
    const ids = await Promise.all(Array.from({ length: 1_000 }, () => socket.subscribe('rootSubscribe')));
    expect(new Set(ids).size).toBe(1_000);
    expect((await socket.call('rootSubscribe')).error?.message).toContain('at most 1000');
  });
});
