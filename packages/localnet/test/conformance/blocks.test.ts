import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSender, MEMO, memo, placeTable, type Sender, type Sent, transfer } from './sent.js';
import { key } from './token-layouts.js';
import { SOL, startWorld, type World } from './world.js';

const SYSTEM = '1'.repeat(32);
const [to, looked] = [key(7), key(30)];
const MILLION = 1_000_000;
const latest = { maxSupportedTransactionVersion: 0 };
const confirmed = { commitment: 'confirmed' };

interface ShownBlock {
  readonly transactions: { meta: object; transaction: object }[];
}

describe('getBlock', () => {
  let world: World;
  let sender: Sender;
  let payer: string;
  /** A legacy and a version 0 transaction, which are in one block in this order. */
  let both: [legacy: Sent, v0: Sent];
  let slot: number;
  /** The block itself, without its transactions. */
  let header: object;
  let previousBlockhash: string;

  beforeAll(async () => {
    world = await startWorld();
    sender = await createSender(world);
    payer = sender.payer.publicKey.toBase58();
    const table = await placeTable(world, key(77), [looked]);
    await world.finalize();
    const from = sender.payer.publicKey;
    both = [
      await sender.legacy([transfer(from, to, MILLION), memo('hi')]),
      await sender.v0([transfer(from, looked, MILLION)], [table]),
    ];
    slot = await world.slot('processed');
    const parent = await world.result('getLatestBlockhash', [confirmed]);
    previousBlockhash = (parent as { value: { blockhash: string } }).value.blockhash;
    for (const { bytes } of both) {
      await world.result('sendTransaction', [bytes.toString('base64'), { encoding: 'base64' }]);
    }
    await world.step();
    const next = await world.result('getLatestBlockhash', [confirmed]);
    header = {
      blockHeight: slot,
      blockTime: await world.result('getBlockTime', [slot]),
      blockhash: (next as { value: { blockhash: string } }).value.blockhash,
      parentSlot: slot - 1,
      previousBlockhash,
    };
    await world.finalize();
  });
  afterAll(() => world.stop());

  const get = async (config: unknown): Promise<ShownBlock> =>
    (await world.result('getBlock', [slot, config])) as ShownBlock;

  it.each(['json', 'jsonParsed', 'base58', 'base64', 'binary', null])(
    'shows transactions as getTransaction does: %s',
    async (encoding) => {
      const transactions: object[] = [];
      for (const [index, { signature }] of both.entries()) {
        const answer = await world.result('getTransaction', [signature, { encoding, ...latest }]);
        const { blockTime: _, slot: at, transactionIndex, ...shown } = answer as Record<string, unknown>;
        expect([at, transactionIndex]).toEqual([slot, index]);
        transactions.push(shown);
      }
      expect(await get({ encoding, ...latest })).toEqual({ ...header, rewards: [], transactions });
    },
  );

  it('shows only signatures, or none, when asked', async () => {
    const signatures = both.map(({ signature }) => signature);
    expect(await get({ transactionDetails: 'signatures' })).toEqual({ ...header, rewards: [], signatures });
    expect(await get({ transactionDetails: 'none' })).toEqual({ ...header, rewards: [] });
    expect(await get({ transactionDetails: 'none', rewards: false })).toEqual(header);
  });

  it('shows only accounts and what they hold when asked', async () => {
    const fields = { pubkey: payer, signer: true, source: 'transaction', writable: true };
    const role = (pubkey: string, writable: boolean, source = 'transaction') => ({
      pubkey,
      signer: false,
      source,
      writable,
    });
    const meta = (before: number, others: number[], memoBalance: unknown[]) => ({
      err: null,
      fee: 5_000,
      postBalances: [before - MILLION - 5_000, ...others, ...memoBalance],
      postTokenBalances: [],
      preBalances: [
        before,
        ...others.map((lamports) => (lamports === MILLION ? 0 : lamports)),
        ...memoBalance,
      ],
      preTokenBalances: [],
      rewards: [],
      status: { Ok: null },
    });
    const held = [expect.any(Number)];
    const transactions = [
      {
        meta: meta(SOL, [MILLION, 1], held),
        transaction: {
          accountKeys: [fields, role(to.toBase58(), true), role(SYSTEM, false), role(MEMO, false)],
          signatures: [both[0].signature],
        },
        version: 'legacy',
      },
      {
        meta: meta(SOL - MILLION - 5_000, [1, MILLION], []),
        transaction: {
          accountKeys: [fields, role(SYSTEM, false), role(looked.toBase58(), true, 'lookupTable')],
          signatures: [both[1].signature],
        },
        version: 0,
      },
    ];
    expect(await get({ transactionDetails: 'accounts', ...latest })).toEqual({
      ...header,
      rewards: [],
      transactions,
    });
  });

  it('leaves out rewards when asked', async () => {
    for (const encoding of ['json', 'jsonParsed', 'base64']) {
      const { transactions } = await get({ encoding, ...latest });
      expect(await get({ encoding, rewards: false, ...latest })).toEqual({
        ...header,
        transactions: transactions.map(({ meta, ...rest }) => ({
          ...rest,
          meta: { ...meta, rewards: null },
        })),
      });
    }
    const brief = await get({ rewards: false, transactionDetails: 'accounts', ...latest });
    for (const { meta } of brief.transactions) expect(meta).not.toHaveProperty('rewards');
  });

  it.each([[], [{}], ['json'], [{ transactionDetails: 'accounts' }]])(
    'does not show version 0 to those who do not ask for it: %j',
    async (...config) => {
      expect(await world.error('getBlock', [slot, ...config])).toMatchObject({ code: -32015 });
    },
  );

  it('takes the encoding alone for a config object, and leaves out versions', async () => {
    const before = slot - 1;
    const empty = { blockHeight: before, blockhash: previousBlockhash, parentSlot: before - 1 };
    expect(await world.result('getBlock', [before, 'base64'])).toMatchObject({ ...empty, transactions: [] });
    await sender.send(await sender.legacy([memo('alone')]));
    const newest = await world.slot('confirmed');
    const block = (await world.result('getBlock', [newest, confirmed])) as ShownBlock;
    expect(Object.keys(block.transactions[0] ?? {})).toEqual(['meta', 'transaction']);
  });

  it('shows the first block of all', async () => {
    const block = (await world.result('getBlock', [0, latest])) as ShownBlock;
    expect(block).toMatchObject({ blockHeight: 0, parentSlot: 0, rewards: [] });
    expect(block).toMatchObject({ previousBlockhash: await world.result('getGenesisHash') });
  });

  it('does not show the blocks of a commitment without history', async () => {
    expect(await world.error('getBlock', [slot, { commitment: 'processed' }])).toEqual({
      code: -32602,
      message: 'Method does not support commitment below `confirmed`',
    });
  });
});
