import { describe, expect, it } from 'vitest';

import type { DatabaseStatus } from '../../src/ops/database-status.js';
import { judgeHealth } from '../../src/ops/health.js';
import { createStatus } from '../../src/ops/status.js';

const NOW = Date.parse('2026-11-26T12:00:00Z');
const database = (ageSeconds: number): DatabaseStatus => ({
  finalizedSlot: 90n,
  heartbeat: {
    at: new Date(NOW - ageSeconds * 1_000),
    headSlot: 120n,
    indexedSlot: 110n,
    phase: 'backfill',
    error: null,
  },
  hoursToCount: 3,
  lastReconciliation: null,
  lastDifference: null,
});

function statusAt(start = NOW) {
  const clock = { now: start };
  return { clock, ...createStatus(['http://one'], () => clock.now) };
}
const tip = { headSlot: 120n, indexedSlot: 120n, phase: 'tip', transactions: 3 } as const;

describe('health', () => {
  it('is good for a writer at the tip, and not once the head was not reached for 30 s', () => {
    const { clock, observer, read } = statusAt();
    observer.role?.('writer');
    observer.progress?.(tip);
    expect(judgeHealth(read(), database(0), NOW)).toMatchObject({
      status: 'ok',
      role: 'writer',
      phase: 'tip',
      headSlot: '120',
      indexedSlot: '120',
      finalizedSlot: '90',
      lag: { slots: 0, seconds: 0 },
      missing: [],
      hoursToCount: 3,
      transactions: 3,
    });
    clock.now += 31_000;
    observer.progress?.({ ...tip, headSlot: 200n, indexedSlot: 150n, transactions: 0 });
    expect(judgeHealth(read(), database(0), clock.now)).toMatchObject({
      status: 'unhealthy',
      problems: ['it has not been at the head of the chain for 31 s'],
      lag: { slots: 50, seconds: 31 },
      missing: [{ from: '151', to: '200' }],
    });
  });

  it('is good for a backfill that is far behind, until nothing comes any more', () => {
    const { clock, observer, read } = statusAt();
    observer.role?.('writer');
    observer.progress?.({ headSlot: 1_000n, indexedSlot: 10n, phase: 'backfill', transactions: 1 });
    expect(judgeHealth(read(), database(0), NOW)).toMatchObject({
      status: 'ok',
      // Estimated at 0.4 s a slot: the head was never reached.
      lag: { slots: 990, seconds: 396 },
    });
    clock.now += 601_000;
    expect(judgeHealth(read(), database(0), clock.now).problems).toEqual([
      'nothing came from the chain for 601 s',
    ]);
  });

  it('is good for a backfill that builds its indexes, an hour if need be', () => {
    const { clock, observer, read } = statusAt();
    observer.role?.('writer');
    observer.progress?.({ headSlot: 1_000n, indexedSlot: 999n, phase: 'backfill', transactions: 1 });
    for (let done = 0; done < 6; done += 1) {
      clock.now += 590_000;
      observer.finishing?.({ done, of: 6, step: 'index one' });
      expect(judgeHealth(read(), database(0), clock.now).problems).toEqual([]);
    }
    clock.now += 601_000;
    expect(judgeHealth(read(), database(0), clock.now).status).toBe('unhealthy');
  });

  it('is good for a standby as long as the writer lives', () => {
    const { observer, read } = statusAt();
    observer.role?.('standby');
    const good = judgeHealth(read(), database(1), NOW);
    expect(good).toMatchObject({ status: 'ok', role: 'standby', indexedSlot: '110', lag: null });
    const bad = judgeHealth(read(), database(60), NOW);
    expect(bad.problems).toEqual(['it stands by, and the indexer that writes gives no sign of life']);
  });

  it('is bad without a database, and before anything runs', () => {
    const { read } = statusAt();
    expect(judgeHealth(read(), null, NOW).problems).toEqual([
      'the database cannot be reached',
      'it is not running yet',
    ]);
  });

  it('knows of every server how it answered', () => {
    const { observer, read } = statusAt();
    observer.call?.({ endpoint: 'http://one', method: 'getSlot', outcome: 'ok' });
    observer.call?.({ endpoint: 'http://one', method: 'getSlot', outcome: 'rate_limited' });
    expect(read().endpoints).toEqual([
      {
        endpoint: 'http://one',
        calls: 2,
        failures: 1,
        lastAnswerAt: '2026-11-26T12:00:00.000Z',
        lastFailure: { at: '2026-11-26T12:00:00.000Z', code: 'rate_limited' },
      },
    ]);
  });
});
