import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { actionOf, earnedSoFar } from '@/features/console/lib/actions';
import { shortfall, termsOf, timeLimitsOf } from '@/features/console/lib/terms';
import {
  costSentence,
  expectedStart,
  launchSentence,
  refundSentence,
  stopSentence,
} from '@/features/console/lib/words';

describe('money', () => {
  it('puts price times seconds into escrow and finds what is missing', () => {
    const terms = termsOf(48n, 60);
    expect(terms.escrow).toBe(2_880n);
    expect(shortfall(terms, { lamports: terms.lamports, nos: 2_880n })).toBeNull();
    expect(shortfall(terms, { lamports: 0n, nos: 2_879n })).toEqual({ lamports: terms.lamports, nos: 1n });
  });

  it('offers limits up to the market’s own', () => {
    expect(timeLimitsOf(120, 'answer')).toEqual([30, 60, 120]);
    expect(timeLimitsOf(0, 'answer')).toContain(600);
    expect(timeLimitsOf(10, 'answer')).toEqual([10]);
    expect(timeLimitsOf(3_600, 'service')).toEqual([300, 600, 1_800, 3_600]);
    expect(timeLimitsOf(120, 'service')).toEqual([120]);
  });

  it('never says that more was earned than is in escrow', () => {
    fc.assert(
      fc.property(
        fc.bigInt(0n, 10_000n),
        fc.nat(600),
        fc.integer({ min: -5, max: 100_000 }),
        (price, timeout, ran) => {
          const escrow = price * BigInt(timeout);
          const earned = earnedSoFar({ price, escrow, startedAt: 1_000 }, 1_000 + ran);
          expect(earned >= 0n && earned <= escrow).toBe(true);
        },
      ),
    );
    expect(earnedSoFar({ price: 5n, escrow: 50n, startedAt: null }, 1_000)).toBe(0n);
  });

  it('says before and after what happens, in the same words', () => {
    expect(launchSentence(termsOf(48n, 60), 'CPU, small')).toBe(
      '0.00288 NOS goes into escrow on CPU, small. The node is paid 0.000048 NOS for each second it runs, 1 min at most; the rest comes back to you when the job ends.',
    );
    expect(launchSentence(termsOf(0n, 60), 'Free')).toContain('asks for nothing');
    expect(costSentence({ paid: 144n, ranSeconds: 3 })).toBe('0.000144 NOS was paid to the node for 3 s.');
    expect(costSentence({ paid: null, ranSeconds: 3 })).toContain('is not known');
    expect(costSentence({ paid: 0n, ranSeconds: 0 })).toBe(
      'It ran for less than a second: nothing was paid.',
    );
    expect(costSentence({ paid: 0n, ranSeconds: null })).toBe('No node ran it, so nobody was paid.');
    expect(refundSentence(2_736n)).toBe('0.002736 NOS came back to you.');
    expect(stopSentence('end', { escrow: 2_880n, price: 48n, earnedAtMost: 480n })).toContain('0.0024 NOS');
  });

  it('says when a job would start, and why nobody can know', () => {
    const market = { expectedStartSeconds: null, nodesSeen: 0, queueType: 'empty' };
    expect(expectedStart(market)).toEqual({ when: 'unknown', why: 'no node has joined this market yet' });
    expect(expectedStart({ ...market, nodesSeen: 2 }).why).toBe('no node is at work here now');
    expect(expectedStart({ ...market, expectedStartSeconds: 0 }).when).toBe('at once');
    expect(expectedStart({ ...market, expectedStartSeconds: 43 }).when).toBe('in about 45 s');
    expect(expectedStart({ ...market, expectedStartSeconds: 1_234 }).when).toBe('in about 21 min');
  });

  it('offers a job’s poster what the program allows', () => {
    const job = { closedAt: null, queuePosition: null };
    expect(actionOf({ ...job, status: 'queued' })).toBe('delist');
    expect(actionOf({ ...job, status: 'running' })).toBe('end');
    expect(actionOf({ ...job, status: 'stopped' })).toBe('recover');
    for (const status of ['finished', 'ended', 'delisted', 'recovered', 'unqueued'] as const) {
      expect(actionOf({ ...job, status })).toBeNull();
    }
    expect(actionOf({ ...job, status: 'stopped', closedAt: 1 })).toBeNull();
  });
});
