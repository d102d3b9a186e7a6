import { PublicKey, TransactionInstruction } from '@solana/web3.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { base58 } from './account-data.js';
import { createSender, memo, type Sender, type Sent, transfer } from './sent.js';
import { key } from './token-layouts.js';
import { SOL, startWorld, type World } from './world.js';

const FIRST_MEMO = new PublicKey('Memo1UhkJRfHyvLMcVucJwxXeuD728EqVDDwQDxFMNo');
/** A signature that nobody has made. */
const UNKNOWN = base58(Buffer.alloc(64, 5));
const confirmed = { commitment: 'confirmed' };

interface Entry {
  readonly blockTime: number;
  readonly slot: number;
}

describe('the history of an address', () => {
  let world: World;
  let sender: Sender;
  /** The address whose history it is: nothing else happens to it. */
  const account = key(7);
  const ACCOUNT = account.toBase58();
  /** Newest first. The second and the third are in one block. */
  let sent: Sent[];
  let entries: object[];

  const memos: [memo: string | null, instructions: () => TransactionInstruction[]][] = [
    [null, () => []],
    ['[2] hi', () => [memo('hi')]],
    ['[6] zwölf', () => [memo('zwölf')]],
    ['[1] a; [1] b', () => [memo('a'), memo('b')]],
    [
      '[3] old',
      () => [new TransactionInstruction({ programId: FIRST_MEMO, keys: [], data: Buffer.from('old') })],
    ],
  ];

  beforeAll(async () => {
    world = await startWorld();
    sender = await createSender(world);
    const { publicKey } = sender.payer;
    const made: Sent[] = [];
    const touch = (...rest: TransactionInstruction[]) =>
      sender.legacy([transfer(publicKey, account, SOL / 100), ...rest]);
    for (const [, instructions] of memos) made.push(await sender.send(await touch(...instructions())));
    const together = [await touch(memo('first')), await touch(memo('second'))];
    const slot = await world.slot('processed');
    for (const one of together) {
      await world.result('sendTransaction', [one.bytes.toString('base64'), { encoding: 'base64' }]);
      made.push({ ...one, slot });
    }
    await world.step();
    made.push(await sender.force(await touch(transfer(publicKey, account, 5 * SOL))));
    sent = made.reverse();
    await world.finalize();
    const texts = [null, '[6] second', '[5] first', ...memos.map(([text]) => text).reverse()];
    entries = await Promise.all(
      sent.map(async (one, index) => ({
        blockTime: await world.result('getBlockTime', [one.slot]),
        confirmationStatus: 'finalized',
        err: index === 0 ? { InstructionError: [1, { Custom: 1 }] } : null,
        memo: texts[index],
        signature: one.signature,
        slot: one.slot,
        transactionIndex: index === 1 ? 1 : 0,
      })),
    );
  });
  afterAll(() => world.stop());

  const at = (index: number): string => sent[index]?.signature ?? '';
  const list = (config: object) => world.result('getSignaturesForAddress', [ACCOUNT, config]);

  it('is listed newest first', async () => {
    expect(await world.result('getSignaturesForAddress', [ACCOUNT])).toEqual(entries);
    expect(entries).toHaveLength(8);
  });

  const pages: [what: string, config: () => object, from: number, to: number][] = [
    ['all', () => ({}), 0, 8],
    ['all, with nothing set', () => ({ before: null, until: null, limit: null }), 0, 8],
    ['a few', () => ({ limit: 3 }), 0, 3],
    ['before one', () => ({ before: at(2) }), 3, 8],
    ['before one of the same block', () => ({ before: at(1) }), 2, 8],
    ['until one', () => ({ until: at(2) }), 0, 2],
    ['until one of the same block', () => ({ until: at(1) }), 0, 1],
    ['between two', () => ({ before: at(0), until: at(5) }), 1, 5],
    ['a few between two', () => ({ before: at(0), until: at(5), limit: 2 }), 1, 3],
    ['before the oldest', () => ({ before: at(7) }), 8, 8],
    ['until the newest', () => ({ until: at(0) }), 0, 0],
    ['between two the wrong way round', () => ({ before: at(5), until: at(1) }), 8, 8],
    ['before one that does not exist', () => ({ before: UNKNOWN }), 8, 8],
    ['until one that does not exist', () => ({ until: UNKNOWN }), 0, 8],
    ['at another commitment', () => confirmed, 0, 8],
    ['not before a slot', () => ({ minContextSlot: 1 }), 0, 8],
  ];
  it.each(pages)('is listed in parts: %s', async (_, config, from, to) => {
    expect(await list(config())).toEqual(entries.slice(from, to));
  });

  it('is empty for an address that nobody has named', async () => {
    expect(await world.result('getSignaturesForAddress', [key(200).toBase58()])).toEqual([]);
  });

  it('begins with the newest transaction of a commitment', async () => {
    const fresh = await sender.legacy([transfer(sender.payer.publicKey, account, 1)]);
    const wire = fresh.bytes.toString('base64');
    await world.result('sendTransaction', [wire, { encoding: 'base64' }]);
    expect(await list(confirmed)).toEqual(entries);
    await world.step();
    const [first, ...rest] = (await list(confirmed)) as Entry[];
    expect(first).toMatchObject({ signature: fresh.signature, confirmationStatus: 'confirmed', err: null });
    expect(rest).toEqual(entries);
    expect(await list({})).toEqual(entries);
    // What is before one that is not final may well be final.
    expect(await list({ before: fresh.signature })).toEqual(entries);
    await world.finalize();
    expect(await list({})).toEqual([{ ...first, confirmationStatus: 'finalized' }, ...entries]);
  });

  it('lists text that is none as such', async () => {
    // The memo program takes no such text: the transaction fails, and is part of the history all the same.
    const odd = await sender.force(await sender.legacy([memo(Buffer.of(0xff, 0xfe))]));
    const { publicKey } = sender.payer;
    const config = { ...confirmed, limit: 1 };
    expect(await world.result('getSignaturesForAddress', [publicKey.toBase58(), config])).toMatchObject([
      {
        signature: odd.signature,
        memo: '[2] (unparsable)',
        err: { InstructionError: [0, expect.anything()] },
      },
    ]);
  });
});

describe('the status of a transaction', () => {
  let world: World;
  let sender: Sender;
  beforeAll(async () => {
    world = await startWorld();
    sender = await createSender(world);
  });
  afterAll(() => world.stop());

  const status = async (signature: string, config?: object): Promise<unknown> => {
    const params = config === undefined ? [[signature]] : [[signature], config];
    const answer = (await world.result('getSignatureStatuses', params)) as {
      context: object;
      value: unknown[];
    };
    expect(answer.context).toEqual(await world.context('processed'));
    expect(answer.value).toHaveLength(1);
    return answer.value[0];
  };

  it('goes from processed to finalized, with every block that comes', async () => {
    const sent = await sender.legacy([memo('watch')]);
    const slot = await world.slot('processed');
    await world.result('sendTransaction', [sent.bytes.toString('base64'), { encoding: 'base64' }]);
    const of = (confirmationStatus: string, confirmations: number | null) => ({
      confirmationStatus,
      confirmations,
      err: null,
      slot,
      status: { Ok: null },
    });
    expect(await status(sent.signature)).toEqual(of('processed', 0));
    for (let blocks = 1; blocks <= 31; blocks += 1) {
      await world.step();
      expect(await status(sent.signature)).toEqual(of('confirmed', blocks));
    }
    await world.step();
    expect(await status(sent.signature)).toEqual(of('finalized', null));
    // Long after, it is found only by those who ask for the history.
    await world.step(150);
    expect(await status(sent.signature)).toBeNull();
    expect(await status(sent.signature, { searchTransactionHistory: false })).toBeNull();
    expect(await status(sent.signature, { searchTransactionHistory: true })).toEqual(of('finalized', null));
  });

  it('is an error when it failed', async () => {
    const { payer } = sender;
    const failed = await sender.force(await sender.legacy([transfer(payer.publicKey, key(7), 5 * SOL)]));
    const err = { InstructionError: [0, { Custom: 1 }] };
    expect(await status(failed.signature)).toEqual({
      confirmationStatus: 'confirmed',
      confirmations: 1,
      err,
      slot: failed.slot,
      status: { Err: err },
    });
  });

  it('comes in the order of the signatures, null for those that nobody knows', async () => {
    const one = await sender.send(await sender.legacy([memo('one')]));
    const signatures = [UNKNOWN, one.signature, UNKNOWN];
    const { value } = (await world.result('getSignatureStatuses', [signatures])) as { value: unknown[] };
    expect(value).toEqual([null, expect.objectContaining({ slot: one.slot }), null]);
    expect(await world.result('getSignatureStatuses', [[]])).toMatchObject({ value: [] });
    expect(await world.result('getSignatureStatuses', [Array(256).fill(UNKNOWN)])).toMatchObject({
      value: Array(256).fill(null),
    });
  });

  it('does not count slots without a block', async () => {
    const sent = await sender.legacy([memo('gap')]);
    await world.result('sendTransaction', [sent.bytes.toString('base64'), { encoding: 'base64' }]);
    await world.control('skipSlots', 20);
    await world.step();
    expect(await status(sent.signature)).toMatchObject({ confirmations: 2, confirmationStatus: 'confirmed' });
  });
});
