import type { Figures } from '@inferscan/api/client';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { rangeLinks, rangeOf, spanOf } from '@/features/history/lib/range';
import { axisEnd, lineParts } from '@/features/history/lib/scale';
import { axisNos, bucketName, endings, endingsText, paidText, waitsText } from '@/features/history/lib/words';
import { usdText } from '@/format/usd';

const OUTCOMES: Figures['outcomes'] = {
  success: 1,
  expired: 20,
  failed: 300,
  stopped: 4_000,
  quit: 50_000,
  abandoned: 600_000,
  ended: 7,
  delisted: 80,
  removed: 900,
  unknown: 1_000,
};

describe('time ranges', () => {
  it('are whole hours or days of UTC that end with the one that goes on', () => {
    const now = Date.UTC(2026, 10, 26, 18, 5) / 1_000;
    expect(spanOf('24h', now)).toEqual({
      granularity: 'hour',
      from: Date.UTC(2026, 10, 25, 19) / 1_000,
      to: Date.UTC(2026, 10, 26, 19) / 1_000,
    });
    expect(spanOf('30d', now)).toEqual({
      granularity: 'day',
      from: Date.UTC(2026, 9, 28) / 1_000,
      to: Date.UTC(2026, 10, 27) / 1_000,
    });
  });

  it('are addresses, the usual one without a parameter', () => {
    expect(rangeOf({})).toBe('7d');
    expect(rangeOf({ range: 'for ever' })).toBe('7d');
    const links = rangeLinks('/network', { range: '30d', cursor: 'x' });
    expect(links.map(({ href, here }) => `${href}${here ? ' here' : ''}`)).toEqual([
      '/network?cursor=x&range=24h',
      '/network?cursor=x',
      '/network?cursor=x&range=30d here',
      '/network?cursor=x&range=90d',
      '/network?cursor=x&range=1y',
    ]);
  });
});

describe('axes', () => {
  it('end at a round number that is not far above what they hold', () => {
    expect([0, 1, 7, 11, 41, 530, 1_000].map(axisEnd)).toEqual([1, 1, 8, 15, 50, 600, 1_000]);
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e15, noNaN: true }), (highest) => {
        expect(axisEnd(highest)).toBeGreaterThanOrEqual(highest * (1 - 1e-9));
        expect(axisEnd(highest)).toBeLessThanOrEqual(highest * 1.51);
      }),
    );
  });

  it('carry lines only over what was measured', () => {
    expect(lineParts([null, 1, 0, null, null, 3, null])).toEqual([[1, 2], [5]]);
    expect(lineParts([])).toEqual([]);
  });
});

describe('words', () => {
  it('count every outcome once', () => {
    expect(endings({ outcomes: OUTCOMES })).toEqual({ good: 21, bad: 654_300, other: 1_987 });
    const figures = { outcomes: OUTCOMES, jobsListed: 1, jobsStarted: 2 };
    expect(endingsText(figures, 'network')).toMatch(/^1 job listed; 21 completed, 654,300 failed/);
    expect(endingsText(figures, 'node')).toMatch(/^2 jobs started; /);
  });

  it('say what money was worth only where somebody knows', () => {
    const usd = { deposited: 0n, paid: 1_239_999n, refunded: 0n, fees: 0n };
    expect(paidText({ paid: 3_500_000n, usd: null, unpriced: 4 })).toBe('3.50 NOS');
    expect(paidText({ paid: 3_500_000n, usd, unpriced: 0 })).toBe('3.50 NOS, worth $1.23 at the time');
    expect(paidText({ paid: 3_500_000n, usd, unpriced: 1 })).toMatch(/in part without a known price$/);
    expect([0n, 12_345_678n, 48n, -1_500_000n].map(usdText)).toEqual([
      '$0.00',
      '$12.34',
      '$0.000048',
      '−$1.50',
    ]);
  });

  it('name hours and days, and amounts on an axis', () => {
    const at = Date.UTC(2026, 10, 26, 23) / 1_000;
    expect(bucketName(at, 3_600)).toBe('2026-11-26 23:00–00:00 UTC');
    expect(bucketName(at - 23 * 3_600, 86_400)).toBe('2026-11-26');
    expect([axisNos(1_000_000_000n), axisNos(1_500_000n), axisNos(48n)]).toEqual([
      '1,000 NOS',
      '1.50 NOS',
      '0.000048 NOS',
    ]);
  });

  it('say how long jobs waited', () => {
    expect(waitsText({ waits: null })).toBe('no job started');
    expect(waitsText({ waits: { count: 1, meanSeconds: 0, p50: 0, p90: 72.5, p99: 80 } })).toBe(
      'half within < 1 s, 9 of 10 within 1 m 13 s, of 1 start',
    );
  });
});
