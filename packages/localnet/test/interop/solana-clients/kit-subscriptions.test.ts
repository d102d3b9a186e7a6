import {
  type Address,
  type Base58EncodedBytes,
  createAsyncGeneratorWithInitialValueAndSlotTracking,
  createSolanaRpcSubscriptions_UNSTABLE,
  generateKeyPairSigner,
  getBase64EncodedWireTransaction,
  getSignatureFromTransaction,
  type Instruction,
  signTransactionMessageWithSigners,
} from '@solana/kit';
import { getTransferSolInstruction, SYSTEM_PROGRAM_ADDRESS } from '@solana-program/system';
import { TOKEN_PROGRAM_ADDRESS } from '@solana-program/token';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { post, startTestNet, type TestNet } from '../../support.js';
import { createKitClient, type KitClient } from './kit.js';

describe('subscriptions of @solana/kit', () => {
  let test: TestNet;
  let client: KitClient;
  let ending: AbortController;

  beforeAll(async () => {
    test = await startTestNet({ slotMs: 20 });
    client = await createKitClient(test);
  });
  afterAll(() => test.stop());
  beforeEach(() => {
    ending = new AbortController();
  });
  afterEach(() => ending.abort());

  /** Opens a subscription, and begins to read at once: what is told before the first read would be lost. */
  const open = async <T>(pending: {
    subscribe(options: { abortSignal: AbortSignal }): Promise<AsyncIterable<T>>;
  }): Promise<() => Promise<T>> => {
    const opened = await pending.subscribe({ abortSignal: ending.signal });
    const notifications = opened[Symbol.asyncIterator]();
    let reading = notifications.next();
    return async () => {
      const { value, done } = await reading;
      if (done === true) throw new Error('the subscription ended');
      reading = notifications.next();
      return value;
    };
  };
  const pay = (destination: Address, amount: bigint): Instruction =>
    getTransferSolInstruction({ source: client.payer, destination, amount });
  const someone = async (): Promise<Address> => (await generateKeyPairSigner()).address;

  it('tell of accounts, at each commitment', async () => {
    const bob = await someone();
    const opened = await Promise.all(
      (['processed', 'confirmed', 'finalized'] as const).map((commitment) =>
        open(client.rpcSubscriptions.accountNotifications(bob, { commitment, encoding: 'base64' })),
      ),
    );
    await client.send([pay(bob, 1_000_000n)]);
    const told = await Promise.all(opened.map((next) => next()));
    expect(told.map(({ value }) => value.lamports)).toEqual([1_000_000n, 1_000_000n, 1_000_000n]);
    expect(new Set(told.map(({ context }) => context.slot)).size).toBe(1);
    expect(told[0]?.value).toMatchObject({ data: ['', 'base64'], owner: SYSTEM_PROGRAM_ADDRESS, space: 0n });
  });

  it('tell of the accounts of a program that pass the filters', async () => {
    const [owner, other] = [await someone(), await someone()];
    const next = await open(
      client.rpcSubscriptions.programNotifications(TOKEN_PROGRAM_ADDRESS, {
        commitment: 'confirmed',
        encoding: 'jsonParsed',
        filters: [
          { dataSize: 165n },
          { memcmp: { offset: 32n, bytes: owner as string as Base58EncodedBytes, encoding: 'base58' } },
        ],
      }),
    );
    const told: unknown[] = [];
    for (const address of [other, owner, other, owner]) {
      await post(`${test.net.url}/faucet`, JSON.stringify({ address, nos: '7' }));
      // Each gift in a slot of its own, so that each is told.
      await client.send([pay(client.payer.address, 1n)]);
      if (address === owner) told.push((await next()).value.account.data);
    }
    expect(told).toMatchObject(
      ['7', '14'].map((amount) => ({ parsed: { info: { owner, tokenAmount: { amount } } } })),
    );
  });

  it('tell of logs, all or those that mention an address', async () => {
    const bob = await someone();
    const { rpcSubscriptions } = client;
    const all = await open(rpcSubscriptions.logsNotifications('all', { commitment: 'confirmed' }));
    const mentioned = await open(
      rpcSubscriptions.logsNotifications({ mentions: [bob] }, { commitment: 'confirmed' }),
    );
    const other = await client.send([pay(client.payer.address, 1n)]);
    const signature = await client.send([pay(bob, 1_000_000n)]);
    expect((await all()).value.signature).toBe(other);
    expect((await all()).value.signature).toBe(signature);
    const { value } = await mentioned();
    expect(value).toMatchObject({ signature, err: null });
    expect(value.logs).toContain(`Program ${SYSTEM_PROGRAM_ADDRESS} success`);
  });

  it('tell of a signature: that it was received, and what came of it', async () => {
    const signed = await signTransactionMessageWithSigners(
      await client.draft([pay(await someone(), 10n ** 15n)]),
    );
    const notifications = await open(
      client.rpcSubscriptions.signatureNotifications(getSignatureFromTransaction(signed), {
        commitment: 'confirmed',
        enableReceivedNotification: true,
      }),
    );
    const wire = getBase64EncodedWireTransaction(signed);
    await client.rpc.sendTransaction(wire, { encoding: 'base64', skipPreflight: true }).send();
    expect((await notifications()).value).toBe('receivedSignature');
    const { value } = await notifications();
    expect(value).toEqual({ err: { InstructionError: [0n, { Custom: 1n }] } });
  });

  it('tell of slots and of roots, which follow them', async () => {
    const slots = await open(client.rpcSubscriptions.slotNotifications());
    const roots = await open(client.rpcSubscriptions.rootNotifications());
    const [first, second] = [await slots(), await slots()];
    expect(second.parent).toBe(first.slot);
    const [older, newer] = [await roots(), await roots()];
    expect(newer).toBe(older + 1n);
    expect(second.slot).toBeGreaterThan(second.root);
  });

  it('tell of blocks', async () => {
    const bob = await someone();
    const unstable = createSolanaRpcSubscriptions_UNSTABLE(test.net.wsUrl);
    const notifications = await open(
      unstable.blockNotifications(
        { mentionsAccountOrProgram: bob },
        {
          commitment: 'confirmed',
          encoding: 'json',
          maxSupportedTransactionVersion: 0,
          showRewards: false,
          transactionDetails: 'full',
        },
      ),
    );
    const signature = await client.send([pay(bob, 1_000_000n)]);
    const { value } = await notifications();
    expect(value.err).toBeNull();
    expect(value.block?.transactions.map(({ transaction }) => transaction.signatures)).toEqual([[signature]]);
  });

  it('end when they are told to, and leave the connection to the others', async () => {
    const bob = await someone();
    const watching = new AbortController();
    const pending = client.rpcSubscriptions.accountNotifications(bob, { commitment: 'processed' });
    const ended = await pending.subscribe({ abortSignal: watching.signal });
    const others = await open(
      client.rpcSubscriptions.accountNotifications(bob, { commitment: 'confirmed', encoding: 'base64' }),
    );
    watching.abort();
    for await (const notification of ended) throw new Error(`told of ${notification.value.lamports}`);
    await client.send([pay(bob, 1_000_000n)]);
    expect((await others()).value.lamports).toBe(1_000_000n);
  });

  it('continue a value that was read before them', async () => {
    const bob = await someone();
    const balances = createAsyncGeneratorWithInitialValueAndSlotTracking({
      abortSignal: ending.signal,
      rpcRequest: client.rpc.getBalance(bob, { commitment: 'processed' }),
      rpcSubscriptionRequest: client.rpcSubscriptions.accountNotifications(bob, { commitment: 'processed' }),
      rpcValueMapper: (lamports) => lamports,
      rpcSubscriptionValueMapper: ({ lamports }) => lamports,
    });
    const seen: bigint[] = [];
    for await (const { value } of balances) {
      seen.push(value);
      if (seen.length === 3) break;
      await client.send([pay(bob, 1_000_000n)]);
    }
    expect(seen).toEqual([0n, 1_000_000n, 2_000_000n]);
  });
});
