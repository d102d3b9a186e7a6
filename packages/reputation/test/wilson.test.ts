import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wilsonInterval, Z_95 } from '../src/wilson.js';

const counts = fc
  .tuple(fc.integer({ min: 1, max: 100_000 }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([trials, share]) => [Math.round(trials * share), trials] as const);

describe('wilsonInterval', () => {
  // Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('gives the published interval of %i of %i', (successes, trials, low, high) => {
    const interval = wilsonInterval(successes, trials);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });

  it('encloses the estimate and stays within 0 and 1', () => {
    fc.assert(
      fc.property(counts, fc.double({ min: 0.01, max: 10, noNaN: true }), ([successes, trials], z) => {
        const { estimate, low, high } = wilsonInterval(successes, trials, z);
        expect(estimate).toBe(successes / trials);
        expect(0 <= low && low <= estimate && estimate <= high && high <= 1).toBe(true);
      }),
    );
  });

  it('has the bounds at which the estimate is z standard errors away', () => {
    fc.assert(
      fc.property(counts, ([successes, trials]) => {
        const { estimate, low, high } = wilsonInterval(successes, trials);
        for (const bound of [low, high]) {
          if (bound === 0 || bound === 1) continue;
          const errors = Math.abs(estimate - bound) / Math.sqrt((bound * (1 - bound)) / trials);
          expect(errors).toBeCloseTo(Z_95, 6);
        }
      }),
    );
  });

  it('narrows with more trials of the same share and widens with z', () => {
    const width = (successes: number, trials: number, z = Z_95) => {
      const { low, high } = wilsonInterval(successes, trials, z);
      return high - low;
    };
    fc.assert(
      fc.property(counts, fc.integer({ min: 2, max: 50 }), ([successes, trials], factor) => {
        expect(width(successes * factor, trials * factor)).toBeLessThan(width(successes, trials));
        expect(width(successes, trials, 2.5)).toBeGreaterThan(width(successes, trials));
      }),
    );
  });

  it('mirrors successes and failures', () => {
    fc.assert(
      fc.property(counts, ([successes, trials]) => {
        const one = wilsonInterval(successes, trials);
        const other = wilsonInterval(trials - successes, trials);
        expect(one.low).toBeCloseTo(1 - other.high, 12);
        expect(one.high).toBeCloseTo(1 - other.low, 12);
      }),
    );
  });

  it('knows nothing without trials', () => {
    expect(wilsonInterval(0, 0)).toEqual({ estimate: 0.5, low: 0, high: 1 });
  });

  it.each([
    [-1, 1, 2],
    [1.5, 2, 2],
    [3, 2, 2],
    [1, Number.NaN, 2],
    [1, 2, 0],
    [1, 2, Number.POSITIVE_INFINITY],
  ])('refuses %d of %d at z = %d', (successes, trials, z) => {
    expect(() => wilsonInterval(successes, trials, z)).toThrow(RangeError);
  });
});
