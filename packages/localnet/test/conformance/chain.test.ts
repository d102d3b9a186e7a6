import { getTransactionDecoder } from '@solana/kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorld, type World } from './world.js';

const COMMITMENTS = ['processed', 'confirmed', 'finalized'] as const;
const SLOTS_PER_EPOCH = 432_000;
/** Blocks through which a blockhash is valid. */
const LIFE = 150;

interface Latest {
  readonly value: { readonly blockhash: string; readonly lastValidBlockHeight: number };
}

/** Blocks on both sides of two skipped slots: all of them above the finalized ones. */
describe('where the chain stands', () => {
  let world: World;
  /** The first skipped slot. */
  let gap: number;
  const at: Record<string, number> = {};

  beforeAll(async () => {
    world = await startWorld();
    gap = (await world.slot('processed')) + 1;
    await world.control('skipSlots', 2);
    await world.step(3);
    for (const commitment of COMMITMENTS) at[commitment] = await world.slot(commitment);
  });
  afterAll(() => world.stop());

  const heightOf = (slot: number): number => (slot > gap ? slot - 2 : slot);
  const slotAt = (commitment: string): number => at[commitment] ?? Number.NaN;

  it('has a confirmed slot behind the open one, and a finalized one 31 blocks behind that', () => {
    expect(at).toEqual({ processed: gap + 5, confirmed: gap + 4, finalized: gap - 29 });
  });

  it.each(COMMITMENTS)('answers about the slot that is %s', async (commitment) => {
    const slot = slotAt(commitment);
    const config = { commitment };
    const context = { apiVersion: '3.0.0', slot };
    const count = await world.result('getTransactionCount', [config]);
    expect(await world.result('getSlot', [config])).toBe(slot);
    expect(await world.result('getBlockHeight', [config])).toBe(heightOf(slot));
    expect(await world.result('getEpochInfo', [config])).toEqual({
      absoluteSlot: slot,
      blockHeight: heightOf(slot),
      epoch: 0,
      slotIndex: slot,
      slotsInEpoch: SLOTS_PER_EPOCH,
      transactionCount: count,
    });
    const latest = (await world.result('getLatestBlockhash', [config])) as Latest;
    const { blockhash } = latest.value;
    // The open slot has no blockhash yet: its height counts from the block before.
    const height = heightOf(slot) - (commitment === 'processed' ? 1 : 0);
    expect(latest).toEqual({ context, value: { blockhash, lastValidBlockHeight: height + LIFE } });
    expect(await world.result('isBlockhashValid', [blockhash, config])).toEqual({ context, value: true });
    const total = expect.any(Number);
    expect(await world.result('getSupply', [config])).toEqual({
      context,
      value: { circulating: total, nonCirculating: 0, nonCirculatingAccounts: [], total },
    });
    expect(await world.error('getSlot', [{ ...config, minContextSlot: slot + 1 }])).toEqual({
      code: -32016,
      message: 'Minimum context slot has not been reached',
      data: { contextSlot: slot },
    });
    expect(await world.result('getSlot', [{ ...config, minContextSlot: slot }])).toBe(slot);
  });

  it('answers about the finalized slot when no commitment is given, or one that does not exist', async () => {
    expect(await world.result('getSlot')).toBe(slotAt('finalized'));
    expect(await world.result('getSlot', [{ commitment: 'recent' }])).toBe(slotAt('finalized'));
  });

  it('does not know a blockhash before the block is there for the commitment', async () => {
    const { value } = (await world.result('getLatestBlockhash', [{ commitment: 'confirmed' }])) as Latest;
    const valid = async (commitment: string) =>
      ((await world.result('isBlockhashValid', [value.blockhash, { commitment }])) as { value: boolean })
        .value;
    expect([await valid('processed'), await valid('confirmed'), await valid('finalized')]).toEqual([
      true,
      true,
      false,
    ]);
  });

  const blank = '1'.repeat(32);
  const range = (from: number, to: number): number[] =>
    Array.from({ length: to - from + 1 }, (_, index) => from + index).filter(
      (slot) => slot !== gap && slot !== gap + 1,
    );
  const confirmed = { commitment: 'confirmed' };
  type Answer = () => unknown;
  const plain: [method: string, params: () => unknown[], answer: Answer][] = [
    ['getHealth', () => [], () => 'ok'],
    ['getVersion', () => [], () => ({ 'feature-set': 0, 'solana-core': '3.0.0' })],
    ['getVoteAccounts', () => [], () => ({ current: [], delinquent: [] })],
    ['getFirstAvailableBlock', () => [], () => 0],
    ['getGenesisHash', () => [], () => expect.stringMatching(/^[1-9A-HJ-NP-Za-km-z]{43,44}$/)],
    ['getIdentity', () => [], () => ({ identity: expect.stringMatching(/^[1-9A-HJ-NP-Za-km-z]{43,44}$/) })],
    ['getMinimumBalanceForRentExemption', () => [0], () => 890_880],
    ['getMinimumBalanceForRentExemption', () => [165], () => 2_039_280],
    ['getMinimumBalanceForRentExemption', () => [10_485_760, confirmed], () => 72_981_780_480],
    ['getBlocks', () => [0], () => range(0, slotAt('finalized'))],
    ['getBlocks', () => [2, 4], () => [2, 3, 4]],
    ['getBlocks', () => [4, 2], () => []],
    ['getBlocks', () => [gap - 2, confirmed], () => range(gap - 2, slotAt('confirmed'))],
    ['getBlocks', () => [gap - 2, null, confirmed], () => range(gap - 2, slotAt('confirmed'))],
    ['getBlocks', () => [gap - 2, gap + 2, confirmed], () => [gap - 2, gap - 1, gap + 2]],
    ['getBlocks', () => [gap, gap + 1, confirmed], () => []],
    ['getBlocks', () => [slotAt('finalized') + 1], () => []],
    ['getBlocksWithLimit', () => [gap - 1, 2, confirmed], () => [gap - 1, gap + 2]],
    ['getBlocksWithLimit', () => [1, 2], () => [1, 2]],
    ['getBlocksWithLimit', () => [1, 0], () => []],
    ['getBlocksWithLimit', () => [slotAt('finalized') + 1, 2], () => []],
    ['getBlocksWithLimit', () => [gap + 4, 500_000, confirmed], () => [gap + 4]],
    [
      'getRecentPrioritizationFees',
      () => [],
      () => range(0, slotAt('confirmed')).map((slot) => ({ prioritizationFee: 0, slot })),
    ],
    [
      'getRecentPrioritizationFees',
      () => [[blank]],
      () => range(0, slotAt('confirmed')).map((slot) => ({ prioritizationFee: 0, slot })),
    ],
    [
      'isBlockhashValid',
      () => [blank],
      () => ({ context: { apiVersion: '3.0.0', slot: slotAt('finalized') }, value: false }),
    ],
  ];
  it.each(plain)('%s', async (method, params, answer) => {
    expect(await world.result(method, params())).toEqual(answer());
  });

  it('names the one validator as leader', async () => {
    const { identity } = (await world.result('getIdentity')) as { identity: string };
    expect(await world.result('getSlotLeader')).toBe(identity);
  });

  it('knows the time of a block and of the open slot', async () => {
    const slot = slotAt('confirmed');
    const { time } = await world.control<{ time: number }>('status');
    expect(await world.result('getBlockTime', [slot + 1])).toBe(time);
    const block = await world.result('getBlock', [slot, { ...confirmed, transactionDetails: 'none' }]);
    expect(block).toMatchObject({ blockTime: await world.result('getBlockTime', [slot]) });
  });

  const notAvailable = (slot: number) => ({
    code: -32004,
    message: `Block not available for slot ${slot}`,
  });
  const missing: [what: string, method: string, slot: () => number, config: object[]][] = [
    ['a block that is not finalized', 'getBlock', () => slotAt('finalized') + 1, []],
    ['the open slot', 'getBlock', () => slotAt('processed'), [confirmed]],
    ['a slot that was skipped but is not finalized', 'getBlock', () => gap, [confirmed]],
    ['a slot to come', 'getBlock', () => slotAt('processed') + 1, [confirmed]],
    ['a slot far away', 'getBlock', () => Number.MAX_SAFE_INTEGER, [confirmed]],
    ['a slot that was skipped but is not finalized', 'getBlockTime', () => gap, []],
    ['a slot to come', 'getBlockTime', () => slotAt('processed') + 1, []],
  ];
  it.each(missing)('has nothing about %s: %s', async (_, method, slot, config) => {
    expect(await world.error(method, [slot(), ...config])).toEqual(notAvailable(slot()));
  });
});

/** The life of one blockhash, and what becomes of skipped slots, over some 250 slots. */
describe('the age of blockhashes and slots', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.stop());

  const skippedText = (slot: number) => ({
    code: -32007,
    message: `Slot ${slot} was skipped, or missing due to ledger jump to recent snapshot`,
  });
  const longAgoText = (slot: number) => ({
    code: -32009,
    message: `Slot ${slot} was skipped, or missing in long-term storage`,
  });

  it('expires a blockhash by block height, however many slots are skipped', async () => {
    const config = { commitment: 'processed' };
    const { value } = (await world.result('getLatestBlockhash', [config])) as Latest;
    const height = async () => Number(await world.result('getBlockHeight', [config]));
    const { payer } = world;
    const wire = await payer.sign([], value.blockhash);
    const message = getTransactionDecoder().decode(Buffer.from(wire, 'base64')).messageBytes;
    const encoded = Buffer.from(message).toString('base64');
    const ask = async (method: string, about: string, commitment: string) =>
      ((await world.result(method, [about, { commitment }])) as { value: unknown }).value;
    /** What holds at the three commitments. */
    const valid = () =>
      Promise.all(COMMITMENTS.map((commitment) => ask('isBlockhashValid', value.blockhash, commitment)));
    const fee = () =>
      Promise.all(COMMITMENTS.map((commitment) => ask('getFeeForMessage', encoded, commitment)));

    const gap = (await world.slot('processed')) + 1;
    await world.control('skipSlots', 40);
    await world.finalize();
    expect(await world.error('getBlock', [gap])).toEqual(skippedText(gap));
    // Nobody keeps the times of skipped slots.
    expect(await world.error('getBlockTime', [gap])).toEqual(skippedText(gap));
    await world.step(value.lastValidBlockHeight - (await height()));
    expect(await height()).toBe(value.lastValidBlockHeight);
    expect([await valid(), await fee()]).toEqual([Array(3).fill(true), Array(3).fill(5_000)]);

    // Whoever looks at an older block sees the blockhash expire when that block has come so far.
    await world.step();
    expect([await valid(), await fee()]).toEqual([
      [false, true, true],
      [null, 5_000, 5_000],
    ]);
    await world.step();
    expect(await valid()).toEqual([false, false, true]);
    const now = { encoding: 'base64', preflightCommitment: 'processed' };
    expect(await world.error('sendTransaction', [wire, now])).toMatchObject({
      code: -32002,
      message: 'Transaction simulation failed: Blockhash not found',
      data: { err: 'BlockhashNotFound', logs: [], unitsConsumed: 0 },
    });
    // A validator takes what it is told not to try, and drops it.
    const signature = String(
      await world.result('sendTransaction', [wire, { encoding: 'base64', skipPreflight: true }]),
    );
    await world.step();
    expect(await world.result('getTransaction', [signature, { commitment: 'confirmed' }])).toBeNull();

    await world.finalize();
    expect([await valid(), await fee()]).toEqual([Array(3).fill(false), Array(3).fill(null)]);
    expect(await world.error('getBlock', [gap])).toEqual(longAgoText(gap));
  });

  it('takes a transaction once', async () => {
    const wire = await world.payer.sign([]);
    const signature = await world.send(wire);
    const refused = {
      code: -32002,
      message: 'Transaction simulation failed: This transaction has already been processed',
      data: { err: 'AlreadyProcessed', logs: [], unitsConsumed: 0 },
    };
    const now = { encoding: 'base64', preflightCommitment: 'processed' };
    expect(await world.error('sendTransaction', [wire, now])).toMatchObject(refused);
    expect(await world.result('sendTransaction', [wire, { encoding: 'base64', skipPreflight: true }])).toBe(
      signature,
    );
    await world.step();
    expect(
      await world.result('getSignaturesForAddress', [
        world.payer.key.address,
        { commitment: 'confirmed', limit: 2 },
      ]),
    ).toHaveLength(2);
  });
});
