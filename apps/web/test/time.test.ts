import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { durationText, medianText, millisecondsText, spanText } from '../src/format/duration';
import { relativeText, utcText } from '../src/format/time';

describe('durations', () => {
  it.each([
    [0, '0 s'],
    [-3, '0 s'],
    [48, '48 s'],
    [192, '3 m 12 s'],
    [60, '1 m 00 s'],
    [3_845, '1 h 04 m'],
    [200_000, '2 d 07 h'],
    [192n, '3 m 12 s'],
  ])('%s seconds read %s', (seconds, text) => {
    expect(durationText(seconds)).toBe(text);
  });

  it('never shrink when time goes on', () => {
    const seconds = (text: string) =>
      [...text.matchAll(/(\d+) ([dhms])/g)].reduce(
        (sum, [, amount, unit]) =>
          sum + Number(amount) * ({ d: 86_400, h: 3_600, m: 60, s: 1 }[unit ?? 's'] ?? 0),
        0,
      );
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000_000 }), (value) => {
        const shown = seconds(durationText(value));
        expect(shown).toBeLessThanOrEqual(value);
        expect(seconds(durationText(value + 1))).toBeGreaterThanOrEqual(shown);
      }),
    );
  });

  it('that are settings leave out empty parts', () => {
    expect([300, 90, 3_600, 86_400, 172_800, 45].map(spanText)).toEqual([
      '5 min',
      '1 m 30 s',
      '1 h',
      '1 day',
      '2 days',
      '45 s',
    ]);
  });

  it('measured have three digits', () => {
    expect([0, 0.42, 1.84, 77.2, 999.7, 2_412, 12_340, 192_000].map(millisecondsText)).toEqual([
      '0 ms',
      '0.42 ms',
      '1.84 ms',
      '77 ms',
      '1.00 s',
      '2.41 s',
      '12.3 s',
      '3 m 12 s',
    ]);
  });

  it('below the clock’s second are not zero', () => {
    expect(medianText(0)).toBe('< 1 s');
    expect(medianText(1.5)).toBe('1 s');
  });
});

describe('times', () => {
  const now = 1_800_000_000;

  it.each([
    [0, 'now'],
    [1, 'now'],
    [12, '12 s ago'],
    [200, '3 min ago'],
    [7_300, '2 h ago'],
    [86_400, '1 day ago'],
    [5 * 86_400, '5 days ago'],
    [40 * 86_400, '2026-12-06'],
    [-90, 'in 1 min'],
  ])('%d seconds back read %s', (ago, text) => {
    expect(relativeText(now - ago, now)).toBe(text);
  });

  it('are exact in UTC', () => {
    expect(utcText(now)).toBe('2027-01-15 08:00:00 UTC');
  });
});
