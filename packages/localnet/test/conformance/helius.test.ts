import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { base58 } from './account-data.js';
import { createSender, memo, type Sender, type Sent, transfer } from './sent.js';
import { key } from './token-layouts.js';
import { SOL, startWorld, type World } from './world.js';

/** A signature that nobody has made. */
const UNKNOWN = base58(Buffer.alloc(64, 5));

describe('getTransactionsForAddress', () => {
  let world: World;
  let sender: Sender;
  const account = key(7);
  const ACCOUNT = account.toBase58();
  /** Oldest first: the second failed, the last two are in one block. */
  const sent: Sent[] = [];
  let entries: unknown[];

  beforeAll(async () => {
    world = await startWorld();
    sender = await createSender(world);
    const { publicKey } = sender.payer;
    const touch = (text: string, lamports = SOL / 100) =>
      sender.legacy([transfer(publicKey, account, lamports), memo(text)]);
    sent.push(await sender.send(await touch('a')), await sender.force(await touch('b', 5 * SOL)));
    const slot = await world.slot('processed');
    for (const one of [await touch('c'), await touch('d')]) {
      await world.result('sendTransaction', [one.bytes.toString('base64'), { encoding: 'base64' }]);
      sent.push({ ...one, slot });
    }
    await world.finalize();
    entries = (await world.result('getSignaturesForAddress', [ACCOUNT])) as unknown[];
    expect(entries).toHaveLength(4);
  });
  afterAll(() => world.stop());

  const at = (index: number): string => sent[index]?.signature ?? '';
  const slotOf = (index: number): number => sent[index]?.slot ?? Number.NaN;
  /** By number, oldest first. */
  const entry = (index: number): unknown => entries[3 - index];
  const token = (index: number): string => `${slotOf(index)}:${index === 3 ? 1 : 0}`;

  const pages: [config: () => object, found: number[], more?: boolean][] = [
    [() => ({}), [3, 2, 1, 0]],
    [() => ({ transactionDetails: 'signatures', sortOrder: 'desc', limit: 1_000 }), [3, 2, 1, 0]],
    [() => ({ sortOrder: 'asc' }), [0, 1, 2, 3]],
    [() => ({ limit: 2 }), [3, 2], true],
    [() => ({ limit: 1 }), [3], true],
    [() => ({ limit: 4 }), [3, 2, 1, 0]],
    [() => ({ limit: 2, paginationToken: token(2) }), [1, 0]],
    [() => ({ limit: 2, paginationToken: token(3) }), [2, 1], true],
    [() => ({ sortOrder: 'asc', limit: 1, paginationToken: token(2) }), [3]],
    [() => ({ sortOrder: 'asc', limit: 3 }), [0, 1, 2], true],
    [() => ({ paginationToken: token(0) }), []],
    [() => ({ filters: { status: 'failed' } }), [1]],
    [() => ({ filters: { status: 'succeeded' } }), [3, 2, 0]],
    [() => ({ filters: { status: 'any', tokenAccounts: 'none' } }), [3, 2, 1, 0]],
    [() => ({ filters: { slot: { gte: slotOf(1), lt: slotOf(2) } } }), [1]],
    [() => ({ filters: { slot: { gt: slotOf(1) } } }), [3, 2]],
    [() => ({ filters: { slot: { lte: slotOf(0) } } }), [0]],
    [() => ({ filters: { slot: { eq: slotOf(2) } } }), [3, 2]],
    [() => ({ filters: { blockTime: { gte: 0, lte: 4_000_000_000 } } }), [3, 2, 1, 0]],
    [() => ({ filters: { blockTime: { lt: 1_000 } } }), []],
    [() => ({ filters: { signature: { gt: at(1) } } }), [3, 2]],
    [() => ({ filters: { signature: { gte: at(1), lte: at(2) } } }), [2, 1]],
    [() => ({ filters: { signature: { lt: at(1) } } }), [0]],
    [
      () => ({ commitment: 'confirmed', minContextSlot: 1, filters: null, paginationToken: null }),
      [3, 2, 1, 0],
    ],
  ];
  it.each(pages)('lists page %#', async (config, found, more = false) => {
    const last = found.at(-1) ?? 0;
    expect(await world.result('getTransactionsForAddress', [ACCOUNT, config()])).toEqual({
      data: found.map(entry),
      paginationToken: more ? token(last) : null,
    });
  });

  it.each(['json', 'jsonParsed', 'base64', 'base58'])('holds whole transactions in %s', async (encoding) => {
    const view = { encoding, maxSupportedTransactionVersion: 0 };
    const data = await Promise.all(
      sent.map(({ signature }) => world.result('getTransaction', [signature, view])),
    );
    const config = { ...view, transactionDetails: 'full', sortOrder: 'asc' };
    expect(await world.result('getTransactionsForAddress', [ACCOUNT, config])).toEqual({
      data,
      paginationToken: null,
    });
  });

  it('needs no config, and knows addresses that nobody has named', async () => {
    expect(await world.result('getTransactionsForAddress', [ACCOUNT])).toEqual({
      data: entries,
      paginationToken: null,
    });
    expect(await world.result('getTransactionsForAddress', [key(200).toBase58()])).toEqual({
      data: [],
      paginationToken: null,
    });
  });

  const refused: [config: object, code: number][] = [
    [{ commitment: 'processed' }, -32602],
    [{ limit: 0 }, -32602],
    [{ limit: 1_001 }, -32602],
    [{ limit: 'all' }, -32602],
    [{ sortOrder: 'up' }, -32602],
    [{ transactionDetails: 'none' }, -32602],
    [{ paginationToken: '7' }, -32602],
    [{ filters: { status: 'ok' } }, -32602],
    [{ filters: { slot: { like: 1 } } }, -32602],
    [{ filters: { signature: { gt: UNKNOWN } } }, -32602],
    [{ filters: { signature: { gt: 'x' } } }, -32602],
    [{ minContextSlot: 1_000_000 }, -32016],
  ];
  it.each(refused)('refuses %j', async (config, code) => {
    expect(await world.error('getTransactionsForAddress', [ACCOUNT, config])).toMatchObject({ code });
  });

  const estimates: [request: () => Promise<object>, answer: object][] = [
    [async () => ({ accountKeys: [ACCOUNT] }), { priorityFeeEstimate: 0 }],
    [async () => ({ accountKeys: [ACCOUNT], options: { recommended: true } }), { priorityFeeEstimate: 0 }],
    [
      async () => ({ accountKeys: [ACCOUNT], options: { priorityLevel: 'VeryHigh', lookbackSlots: 150 } }),
      { priorityFeeEstimate: 0 },
    ],
    [
      async () => ({ accountKeys: [ACCOUNT], options: { includeAllPriorityFeeLevels: true } }),
      { priorityFeeLevels: { min: 0, low: 0, medium: 0, high: 0, veryHigh: 0, unsafeMax: 0 } },
    ],
    [
      async () => ({ transaction: base58((await sender.legacy([memo('fee')])).bytes) }),
      { priorityFeeEstimate: 0 },
    ],
    [
      async () => ({
        transaction: (await sender.legacy([memo('fee')])).bytes.toString('base64'),
        options: { transactionEncoding: 'Base64' },
      }),
      { priorityFeeEstimate: 0 },
    ],
  ];
  it.each(estimates)('getPriorityFeeEstimate %#', async (request, answer) => {
    const { result } = await world.rpc('getPriorityFeeEstimate', [await request()]);
    expect(result).toEqual(answer);
  });

  it.each([
    {},
    { accountKeys: ['x'] },
    { accountKeys: [ACCOUNT], options: { priorityLevel: 'Most' } },
    { accountKeys: [ACCOUNT], options: { lookbackSlots: 151 } },
    { transaction: 'AA==' },
  ])('getPriorityFeeEstimate refuses %j', async (request) => {
    expect(await world.error('getPriorityFeeEstimate', [request])).toMatchObject({ code: -32602 });
  });
});
