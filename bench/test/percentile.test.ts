import fc from 'fast-check';
import { expect, test } from 'vitest';
import { percentile } from '../src/percentile.js';

test('nearest rank on known values', () => {
  const values = [15, 20, 35, 40, 50];
  expect([0.05, 0.3, 0.4, 0.5, 1].map((fraction) => percentile(values, fraction))).toEqual([
    15, 20, 20, 35, 50,
  ]);
});

test('is one of the values, and at least that share of them is no larger', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ noNaN: true }), { minLength: 1 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (values, fraction) => {
        const found = percentile(values, fraction);
        expect(values).toContain(found);
        expect(values.filter((value) => value <= found).length / values.length).toBeGreaterThanOrEqual(
          fraction - 1e-9,
        );
      },
    ),
  );
});

test('no values is an error', () => {
  expect(() => percentile([], 0.5)).toThrow(RangeError);
});
