import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { wilsonInterval } from '../src/index.js';

describe('known values', () => {
  // Newcombe (1998), Statistics in Medicine 17, 857–872, table I, method 3.
  test.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('%i of %i', (successes, trials, lower, upper) => {
    const interval = wilsonInterval(successes, trials);
    expect(interval.lower).toBeCloseTo(lower, 4);
    expect(interval.upper).toBeCloseTo(upper, 4);
  });
});

const counts = fc
  .integer({ min: 1, max: 1_000_000 })
  .chain((trials) => fc.tuple(fc.integer({ min: 0, max: trials }), fc.constant(trials)));

test('the share lies in its interval, the interval in 0 to 1', () => {
  fc.assert(
    fc.property(counts, ([successes, trials]) => {
      const { estimate, lower, upper } = wilsonInterval(successes, trials);
      expect(0 <= lower && lower <= estimate && estimate <= upper && upper <= 1).toBe(true);
    }),
  );
});

test('failures mirror successes', () => {
  fc.assert(
    fc.property(counts, ([successes, trials]) => {
      const good = wilsonInterval(successes, trials);
      const bad = wilsonInterval(trials - successes, trials);
      expect(good.lower).toBeCloseTo(1 - bad.upper, 10);
    }),
  );
});

test('more evidence of the same share narrows it', () => {
  fc.assert(
    fc.property(counts, ([successes, trials]) => {
      const little = wilsonInterval(successes, trials);
      const much = wilsonInterval(successes * 4, trials * 4);
      expect(much.upper - much.lower).toBeLessThan(little.upper - little.lower);
    }),
  );
});

test.each([
  [1, 0, 'trials must be a whole number of at least 1, not 0'],
  [3, 2, 'successes must be a whole number from 0 to 2, not 3'],
  [-1, 2, 'successes must be a whole number from 0 to 2, not -1'],
  [0.5, 2, 'successes must be a whole number from 0 to 2, not 0.5'],
  [0, Number.NaN, 'trials must be a whole number of at least 1, not NaN'],
])('%d of %d is refused', (successes, trials, message) => {
  expect(() => wilsonInterval(successes, trials)).toThrow(message);
});
