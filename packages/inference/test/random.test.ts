import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { philox, uniformAt } from '../src/sampling/random.js';

const hex = (words: readonly number[]) => words.map((word) => word.toString(16).padStart(8, '0')).join(' ');

describe('philox', () => {
  // Known answers of the authors' Random123 library (kat_vectors, philox4x32 with 10 rounds).
  it.each([
    [[0, 0, 0, 0], [0, 0], '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
    [
      [2 ** 32 - 1, 2 ** 32 - 1, 2 ** 32 - 1, 2 ** 32 - 1],
      [2 ** 32 - 1, 2 ** 32 - 1],
      '408f276d 41c83b0e a20bc7c6 6d5451fd',
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      'd16cfe09 94fdcceb 5001e420 24126ea1',
    ],
  ] as const)('counter %j key %j', (counter, key, expected) => {
    expect(hex(philox(counter, key))).toBe(expected);
  });
});

describe('uniformAt', () => {
  const seeds = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
  const positions = fc.integer({ min: 0, max: 2 ** 40 });

  it('stays in [0, 1) and depends on nothing but seed and position', () => {
    void fc.assert(
      fc.property(seeds, positions, (seed, position) => {
        const draw = uniformAt(seed, position);
        expect(draw).toBeGreaterThanOrEqual(0);
        expect(draw).toBeLessThan(1);
        uniformAt(seed + 1, position + 1);
        expect(uniformAt(seed, position)).toBe(draw);
      }),
    );
  });

  it('differs between neighbouring seeds and positions', () => {
    void fc.assert(
      fc.property(seeds, positions, (seed, position) => {
        const draws = [
          uniformAt(seed, position),
          uniformAt(seed, position + 1),
          uniformAt(seed ^ 1, position),
        ];
        expect(new Set(draws).size).toBe(3);
      }),
    );
  });

  it('spreads evenly: each tenth of [0, 1) gets its share within 5 standard deviations', () => {
    const n = 20_000;
    const bins = new Array<number>(10).fill(0);
    for (let position = 0; position < n; position++) {
      const bin = Math.floor(uniformAt(7, position) * 10);
      bins[bin] = (bins[bin] ?? 0) + 1;
    }
    const deviation = Math.sqrt(n * 0.1 * 0.9);
    for (const count of bins) expect(Math.abs(count - n / 10)).toBeLessThan(5 * deviation);
  });
});
