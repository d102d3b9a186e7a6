import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { FIRST_HOURS, isFarBehind, MAX_HOURS, nextHours, restOf } from '../../src/rollup/pace.js';

describe('the pace of counting', () => {
  it.each([
    { case: 'a full stretch that was quick', atOnce: 24, counted: 24, tookMs: 300, next: 48 },
    { case: 'a full stretch in about the wanted time', atOnce: 24, counted: 24, tookMs: 5_000, next: 24 },
    { case: 'a full stretch that took too long', atOnce: 24, counted: 24, tookMs: 9_000, next: 12 },
    { case: 'a part that took too long', atOnce: 168, counted: 10, tookMs: 9_000, next: 5 },
    { case: 'a short stretch, which says nothing of long ones', atOnce: 24, counted: 1, tookMs: 3, next: 24 },
    { case: 'a longest stretch', atOnce: MAX_HOURS, counted: MAX_HOURS, tookMs: 3, next: MAX_HOURS },
    { case: 'an hour that took too long', atOnce: 1, counted: 1, tookMs: 60_000, next: 1 },
  ])('$case', ({ atOnce, counted, tookMs, next }) => {
    expect(nextHours(atOnce, counted, tookMs)).toBe(next);
  });

  it('comes to transactions of a few seconds, whatever an hour takes, and never beyond its bounds', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 60_000, noNaN: true }), (msPerHour) => {
        let hours = FIRST_HOURS;
        for (let call = 0; call < 20; call += 1) {
          hours = nextHours(hours, hours, hours * msPerHour);
          expect(hours).toBeGreaterThanOrEqual(1);
          expect(hours).toBeLessThanOrEqual(MAX_HOURS);
        }
        const tookMs = hours * msPerHour;
        if (hours > 1) expect(tookMs).toBeLessThanOrEqual(8_000);
        if (hours < MAX_HOURS / 2 && hours > 1) expect(tookMs).toBeGreaterThanOrEqual(2_000);
      }),
    );
  });

  it('rests long from the hour that goes on, and a fifth of the time while history is to be counted', () => {
    expect([restOf(300, 1), restOf(300, 24), restOf(300, 25), restOf(300, 30_000)]).toEqual([
      2_700, 2_700, 75, 75,
    ]);
    expect([isFarBehind(24), isFarBehind(25)]).toEqual([false, true]);
  });
});
