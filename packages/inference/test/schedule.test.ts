import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ActiveRow, admit, nextStep, type WaitingRequest } from '../src/generation/schedule.js';

const request = (name: string, tokens: number, rows = 1, overtaken = 0) => ({
  name,
  tokens,
  rows,
  overtaken,
});

describe('admission', () => {
  it.each<[string, ReturnType<typeof request>[], { rows: number; tokens: number }, string[]]>([
    ['nobody', [], { rows: 4, tokens: 100 }, []],
    ['all that fit, in order', [request('a', 50), request('b', 50)], { rows: 4, tokens: 100 }, ['a', 'b']],
    [
      'up to the rows',
      [request('a', 1), request('b', 1), request('c', 1)],
      { rows: 2, tokens: 100 },
      ['a', 'b'],
    ],
    ['up to the tokens', [request('a', 60), request('b', 50)], { rows: 9, tokens: 100 }, ['a']],
    ['smaller ones past a large one', [request('a', 200), request('b', 50)], { rows: 9, tokens: 100 }, ['b']],
    [
      'nobody past one that was passed often',
      [request('a', 200, 1, 3), request('b', 5)],
      { rows: 9, tokens: 9 },
      [],
    ],
    [
      'all samples of a request or none',
      [request('a', 9, 3), request('b', 9)],
      { rows: 2, tokens: 99 },
      ['b'],
    ],
  ])('lets in %s', (_, waiting, room, expected) => {
    expect(admit(waiting, room, 3).map(({ name }) => name)).toEqual(expected);
  });

  const sizes = fc.record({ rows: fc.integer({ min: 1, max: 4 }), tokens: fc.integer({ min: 1, max: 100 }) });

  it('never exceeds the room, and nobody is passed more than so often', () => {
    fc.assert(
      fc.property(
        fc.array(sizes, { maxLength: 60 }),
        fc.array(sizes, { maxLength: 60 }),
        (requests, rooms) => {
          let waiting: WaitingRequest[] = requests.map((size) => ({ ...size, overtaken: 0 }));
          for (const room of rooms) {
            const admitted = admit(waiting, room, 3);
            const sum = (of: (one: WaitingRequest) => number) =>
              admitted.reduce((total, one) => total + of(one), 0);
            expect(sum(({ rows }) => rows)).toBeLessThanOrEqual(room.rows);
            expect(sum(({ tokens }) => tokens)).toBeLessThanOrEqual(room.tokens);
            waiting = waiting.filter((one) => !admitted.includes(one));
            for (const { overtaken } of waiting) expect(overtaken).toBeLessThanOrEqual(3);
          }
        },
      ),
    );
  });
});

interface Simulated extends ActiveRow {
  readonly name: number;
  reads: boolean;
  width: number;
  capacity: number;
  servedAt: number;
  shares: boolean;
  /** Prompt tokens that are left to read. */
  left: number;
}

const reading = (name: number, left: number, capacity = 128): Simulated => ({
  name,
  arrival: name,
  left,
  reads: true,
  width: Math.min(64, left),
  capacity,
  servedAt: -1,
  shares: true,
});
const generating = (name: number, capacity = 128, servedAt = 5): Simulated => ({
  ...reading(name, 0, capacity),
  reads: false,
  width: 1,
  servedAt,
});
const drafting = (name: number, width: number): Simulated => ({ ...generating(name), width });
const limits = { prefillTokens: 128 };
const names = (rows: Simulated[]) => rows.map(({ name }) => name);

describe('the next step', () => {
  it.each<[string, Simulated[], number, boolean, number[]]>([
    ['of nobody', [], -1, true, []],
    [
      'all that generate with equal room',
      [generating(0), generating(1, 256, 6), generating(2)],
      4,
      true,
      [0, 2],
    ],
    ['those that were not served for longest', [generating(0, 128, 6), generating(1, 256, 5)], 4, true, [1]],
    ['prompts before tokens', [generating(0), reading(1, 64), reading(2, 64)], 4, true, [1, 2]],
    ['prompts up to the limit', [reading(0, 64), reading(1, 64), reading(2, 64)], 4, true, [0, 1]],
    ['prompts of one width', [reading(0, 64), reading(1, 8), reading(2, 64)], 4, true, [0, 2]],
    ['tokens after prompts', [generating(0, 128, 3), reading(1, 64), generating(2, 128, 4)], 4, true, [0, 2]],
    [
      'drafts of one length',
      [drafting(0, 4), generating(1), drafting(2, 4), drafting(3, 8)],
      4,
      true,
      [0, 2],
    ],
    ['drafts apart from prompts of their width', [drafting(0, 8), reading(1, 8)], 5, true, [0]],
    ['prompts apart from drafts of their width', [drafting(0, 8), reading(1, 8)], 4, true, [1]],
    ['one row where steps are not shared', [generating(0, 128, 6), generating(1)], 4, false, [1]],
    ['one prompt where steps are not shared', [reading(0, 64), reading(1, 64)], 4, false, [0]],
  ])('serves %s', (_, rows, lastPrefill, shared, expected) => {
    const all = rows.map((row) => ({ ...row, shares: shared }));
    expect(names(nextStep(all, lastPrefill, limits))).toEqual(expected);
  });

  it('serves those that share steps together, and the others one by one', () => {
    const alone = (row: Simulated): Simulated => ({ ...row, shares: false });
    const rows = [generating(0), alone(generating(1)), generating(2), alone(generating(3))];
    expect(names(nextStep(rows, 4, limits))).toEqual([0, 2]);
    for (const served of [0, 2]) Object.assign(rows[served] ?? {}, { servedAt: 6 });
    expect(names(nextStep(rows, 4, limits))).toEqual([1]);
  });

  it('makes nobody who generates wait for more than one step of prompts, nor of each other group', () => {
    const rows = fc.array(
      fc.record({
        left: fc.integer({ min: 0, max: 400 }),
        capacity: fc.constantFrom(128, 256, 512),
        shares: fc.boolean(),
      }),
      { minLength: 1, maxLength: 25 },
    );
    fc.assert(
      fc.property(rows, (given) => {
        const all = given.map(({ left, capacity, shares }, name) => ({
          ...(left > 0 ? reading(name, left, capacity) : generating(name, capacity, 0)),
          shares,
        }));
        let lastPrefill = -1;
        for (let step = 1; step < 120; step++) {
          const chosen = nextStep(all, lastPrefill, limits);
          expect(new Set(chosen.map(({ width, capacity }) => `${width} ${capacity}`)).size).toBe(1);
          if (chosen.some(({ shares }) => !shares)) expect(chosen).toHaveLength(1);
          expect(new Set(chosen.map(({ reads }) => reads)).size).toBe(1);
          if (chosen.some(({ reads }) => reads)) lastPrefill = step;
          for (const row of chosen) {
            row.servedAt = step;
            if (row.reads) row.left = Math.max(0, row.left - row.width);
            row.reads = row.left > 0;
            row.width = row.left > 0 ? Math.min(64, row.left) : 1;
          }
          const groups = 3 + all.filter(({ shares }) => !shares).length;
          for (const row of all.filter(({ reads }) => !reads)) {
            expect(step - row.servedAt).toBeLessThanOrEqual(groups + 1);
          }
        }
      }),
      { numRuns: 50 },
    );
  });
});
