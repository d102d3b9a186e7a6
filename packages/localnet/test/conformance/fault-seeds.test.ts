import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../src/faults/random.js';
import { openSocket } from '../socket.js';
import { startTestNet, type TestNet, until } from '../support.js';
import { startWorld, type World } from './world.js';

/** What faults of every kind have in common: one seed says which of them come when. */
describe('faults from a seed', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.stop());
  afterEach(() => world.control('setFaults', null));

  /** Runs a series twice with one seed, then with another one: only the last may differ. */
  const expectSeeded = async (series: (seed: number) => Promise<string[]>, kinds: string[]) => {
    const first = await series(7);
    expect(new Set(first)).toEqual(new Set(kinds));
    expect(await series(7)).toEqual(first);
    expect(await series(8)).not.toEqual(first);
  };

  it('makes answers stale or empty', async () => {
    const series = async (seed: number): Promise<string[]> => {
      await world.control('setFaults', { seed, stale: 0.3, emptyList: 0.3 });
      const from = await world.slot('processed');
      const seen: string[] = [];
      for (let asked = 0; asked < 40; asked += 1) {
        await world.step();
        const list = (await world.result('getBlocks', [from, { commitment: 'confirmed' }])) as number[];
        const newest = (await world.control<{ confirmed: number }>('status')).confirmed;
        seen.push(list.length === 0 ? 'empty' : list.at(-1) === newest ? 'right' : 'stale');
      }
      return seen;
    };
    await expectSeeded(series, ['empty', 'right', 'stale']);
  });

  it('repeats and swaps notifications', async () => {
    const series = async (seed: number): Promise<string[]> => {
      const socket = await openSocket(world.net.wsUrl);
      const id = await socket.subscribe('slotSubscribe');
      await world.control('setFaults', { seed, duplicate: 0.3, outOfOrder: 0.3 });
      const from = await world.slot('processed');
      await world.step(40);
      await world.control('setFaults', null);
      await world.step();
      const last = await world.slot('processed');
      const slotsOf = () => (socket.results(id) as { slot: number }[]).map(({ slot }) => slot);
      await until('the last slot', async () => slotsOf().includes(last));
      socket.close();
      const slots = slotsOf().filter((slot) => slot <= from + 39);
      return slots.map((slot, index) => {
        const before = slots[index - 1] ?? from;
        return slot === before ? 'again' : slot < before ? 'late' : slot === before + 1 ? 'next' : 'early';
      });
    };
    await expectSeeded(series, ['again', 'early', 'late', 'next']);
  });

  it('cuts websockets off', async () => {
    const series = async (seed: number): Promise<string[]> => {
      await world.control('setFaults', { seed, dropSocket: 0.2 });
      const seen: string[] = [];
      for (let tried = 0; tried < 25; tried += 1) {
        const socket = await openSocket(world.net.wsUrl);
        const id = await socket.subscribe('slotSubscribe');
        let code: number | undefined;
        socket.raw.on('close', (given) => {
          code = given;
        });
        await world.step();
        await until(
          'a notification or none',
          async () => socket.results(id).length > 0 || code !== undefined,
        );
        seen.push(code === undefined ? 'told' : String(code));
        socket.close();
      }
      return seen;
    };
    await expectSeeded(series, ['1006', 'told']);
  });

  it('lets answers wait', async () => {
    const [min, max] = [10, 250];
    await world.control('setFaults', { seed: 7, latencyMs: { min, max } });
    const random = createRandom(7, 'http');
    const waits: number[] = [];
    for (let asked = 0; asked < 8; asked += 1) {
      waits.push(min + Math.floor(random() * (max - min + 1)));
      // The same stream says whether the answer fails.
      random();
    }
    expect(Math.max(...waits)).toBeGreaterThan(150);
    for (const wait of waits) {
      const start = performance.now();
      await world.result('getHealth');
      // Timers may fire a little early.
      expect(performance.now() - start).toBeGreaterThan(wait - 3);
    }
  });
});

describe('slots that stay empty, from a seed', () => {
  let test: TestNet;
  beforeAll(async () => {
    test = await startTestNet({ control: true, slotMs: 10 });
  });
  afterAll(() => test.stop());

  it('are the same for the same seed', async () => {
    const control = async (name: string, ...params: unknown[]) => {
      const { result, error } = await test.rpc(`localnet_${name}`, params);
      if (error !== undefined) throw new Error(error.message);
      return result as { slot: number };
    };
    /** How far each of thirty slots is from the one before. */
    const series = async (seed: number): Promise<number[]> => {
      const { slot: from } = await control('pause');
      await control('setFaults', { seed, skipSlot: 0.4 });
      await control('resume');
      const slots = await until('thirty blocks', async () => {
        const { result } = await test.rpc('getBlocks', [from, { commitment: 'confirmed' }]);
        const blocks = result as number[];
        return blocks.length > 30 ? blocks.slice(0, 31) : null;
      });
      await control('setFaults', null);
      return slots.slice(1).map((slot, index) => slot - (slots[index] ?? 0));
    };
    const first = await series(7);
    expect(new Set(first)).toEqual(new Set([1, 2]));
    expect(await series(7)).toEqual(first);
    expect(await series(8)).not.toEqual(first);
  });
});
