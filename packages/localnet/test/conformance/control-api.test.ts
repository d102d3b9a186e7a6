import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PROGRAM } from './account-data.js';
import { createSender, memo, type Sender } from './sent.js';
import { freshAddress, startWorld, type World } from './world.js';

const DAY = 86_400;
const invalid = { code: -32602, message: expect.stringMatching(/^(Invalid param|`params`)/) };

interface Status {
  readonly slot: number;
  readonly time: number;
}

describe('the control API', () => {
  let world: World;
  let sender: Sender;
  let target: string;
  beforeAll(async () => {
    world = await startWorld();
    sender = await createSender(world);
    target = await freshAddress();
  });
  afterAll(() => world.stop());
  afterEach(() => world.control('setFaults', null));

  const status = () => world.control<Status>('status');

  it('tells where the chain stands', async () => {
    const slot = await world.slot('processed');
    expect(await status()).toEqual({
      slot,
      confirmed: slot - 1,
      finalized: await world.slot('finalized'),
      blockHeight: slot,
      paused: true,
      time: await world.result('getBlockTime', [slot]),
      clockAheadSeconds: 0,
      snapshots: [],
      faults: null,
    });
    const faults = { seed: 1, serverError: 0.25, methods: ['getSlot'], latencyMs: { min: 0, max: 1 } };
    const all = {
      ...faults,
      tooManyRequests: 0,
      retryAfterSeconds: 1,
      cutBody: 0,
      stale: 0,
      emptyList: 0,
      dropSocket: 0,
      duplicate: 0,
      outOfOrder: 0,
      skipSlot: 0,
    };
    expect(await world.control('setFaults', faults)).toEqual({ faults: all });
    expect(await status()).toMatchObject({ faults: all });
    expect(await world.control('setFaults', null)).toEqual({ faults: null });
  });

  it('answers with the slot that is open', async () => {
    const open = async () => (await status()).slot;
    const before = await open();
    expect(await world.control('pause')).toEqual({ slot: before });
    expect(await world.control('step')).toEqual({ slot: before + 1 });
    expect(await world.control('step', null)).toEqual({ slot: before + 2 });
    expect(await world.control('step', 5)).toEqual({ slot: before + 7 });
    expect(await world.control('skipSlots', 3)).toEqual({ slot: before + 11 });
    expect(await world.control('setAccount', target, null)).toEqual({ slot: before + 11 });
    // Slots are a minute long here: none closes by itself.
    expect(await world.control('resume')).toEqual({ slot: before + 11 });
    expect(await status()).toMatchObject({ paused: false });
    expect(await world.control('pause')).toEqual({ slot: before + 11 });
    const { time } = await status();
    const moved = await world.control<Status>('advanceClock', DAY);
    expect(moved).toEqual({ slot: before + 13, time: expect.any(Number) });
    expect(moved.time).toBeGreaterThanOrEqual(time + DAY);
    expect(moved.time).toBeLessThan(time + DAY + 60);
    expect(await status()).toMatchObject({ clockAheadSeconds: DAY, time: moved.time });
  });

  it('puts accounts into the slot that is open, in either encoding', async () => {
    const read = async (commitment: string) =>
      (
        (await world.result('getAccountInfo', [target, { encoding: 'base64', commitment }])) as {
          value: unknown;
        }
      ).value;
    const shown = { lamports: 9, owner: PROGRAM, executable: false };
    for (const data of [
      ['aGk=', 'base64'],
      ['8wr', 'base58'],
    ]) {
      await world.control('setAccount', target, { lamports: 9, owner: PROGRAM, data });
      expect(await read('processed')).toMatchObject({ ...shown, data: ['aGk=', 'base64'], space: 2 });
      expect(await read('confirmed')).toBeNull();
      await world.step();
      expect(await read('confirmed')).toMatchObject(shown);
      await world.control('setAccount', target, { lamports: 0, owner: PROGRAM, data });
      await world.step();
      expect(await read('confirmed')).toBeNull();
    }
  });

  it('keeps a limited number of snapshots', async () => {
    const numbers: number[] = [];
    for (let taken = 0; taken < 16; taken += 1) {
      const slot = await world.slot('processed');
      const made = await world.control<{ snapshot: number }>('snapshot');
      expect(made).toEqual({ snapshot: expect.any(Number), slot });
      numbers.push(made.snapshot);
    }
    expect(await world.error('localnet_snapshot')).toEqual({
      code: -32600,
      message: 'There are 16 snapshots already',
    });
    expect(await status()).toMatchObject({ snapshots: numbers });
    // Whatever came after a snapshot is gone with it, other snapshots included.
    await world.control('restore', numbers[2]);
    expect(await status()).toMatchObject({ snapshots: numbers.slice(0, 3) });
    expect(await world.error('localnet_restore', [numbers[3]])).toMatchObject({ code: -32600 });
  });

  it('forks with nothing in it, and keeps what was final', async () => {
    const sent = await sender.send(await sender.legacy([memo('final')]));
    await world.finalize();
    const before = (await status()).slot;
    // The open slot is dropped as well.
    expect(await world.control('fork', { drop: 5 })).toEqual({
      parent: before - 6,
      slot: before + 1,
      landed: [],
      lost: [],
    });
    expect(await world.slot('processed')).toBe(before + 2);
    const kept = await world.result('getTransaction', [sent.signature]);
    expect(kept).toMatchObject({ slot: sent.slot });
  });

  const owner = PROGRAM;
  const refused: [name: string, params: unknown[], error?: object][] = [
    ['advanceClock', []],
    ['advanceClock', [0]],
    ['advanceClock', [-1]],
    ['advanceClock', [1.5]],
    ['advanceClock', ['1']],
    ['advanceClock', [3_155_760_001]],
    ['pause', [1]],
    ['resume', [1]],
    ['step', [0]],
    ['step', [1_001]],
    ['step', ['1']],
    ['skipSlots', []],
    ['skipSlots', [0]],
    ['skipSlots', [432_001]],
    ['snapshot', [1]],
    ['restore', []],
    ['restore', ['1']],
    ['restore', [999], { code: -32600, message: expect.stringContaining('no snapshot 999') }],
    ['setAccount', []],
    ['setAccount', ['x', null]],
    ['setAccount', [owner, {}]],
    ['setAccount', [owner, { lamports: -1, owner, data: ['', 'base64'] }]],
    ['setAccount', [owner, { lamports: 1, owner: 'x', data: ['', 'base64'] }]],
    ['setAccount', [owner, { lamports: 1, owner, data: ['', 'hex'] }]],
    [
      'setAccount',
      [owner, { lamports: 1, owner, data: ['!', 'base64'] }],
      { code: -32602, message: 'invalid base64 encoding: InvalidByte(0, 33)' },
    ],
    ['setAccount', [owner, { lamports: 1, owner, data: ['1'.repeat(1_701), 'base58'] }]],
    ['fork', []],
    ['fork', [{}]],
    ['fork', [{ drop: -1 }]],
    ['fork', [{ drop: 32 }]],
    ['fork', [{ drop: 1, without: ['x'] }]],
    ['fork', [{ drop: 1, more: 1 }]],
    ['fork', [{ drop: 1, first: ['1'.repeat(64)] }]],
    ['setFaults', []],
    ['setFaults', [{}]],
    ['setFaults', [{ seed: -1 }]],
    ['setFaults', [{ seed: 1, stale: 1.1 }]],
    ['setFaults', [{ seed: 1, retryAfterSeconds: 3_601 }]],
    ['setFaults', [{ seed: 1, latencyMs: { min: 2, max: 1 } }]],
    ['setFaults', [{ seed: 1, unheard: 1 }]],
    ['status', [1]],
    ['nothing', [], { code: -32601, message: 'Method not found' }],
  ];
  it.each(refused)('refuses %s %j, and stays as it was', async (name, params, error = invalid) => {
    const before = await status();
    const expected = await world.error(`localnet_${name}`, params);
    expect(expected).toMatchObject(error);
    expect(await status()).toEqual(before);
  });
});
