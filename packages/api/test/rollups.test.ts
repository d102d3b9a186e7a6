import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { binSeconds, waitsOf } from '../src/rollups/waits.js';
import { addressOf, createWorld, MARKET, NOW, type World } from './world.js';

/** The first second of a day. */
const DAY = NOW - (NOW % 86_400);
const HOUR = 3_600;

let world: World;
const caller = () => world.api.createCaller();

/** Writes figures as the indexer keeps them, 0 where nothing is said. */
async function rollup(
  key: { granularity: string; scope: string; address: string; starts_at: number },
  values: Readonly<Record<string, number | bigint | number[]>>,
): Promise<void> {
  const { rows } = await world.database.pool.query<{ name: string; type: string }>(
    `select attname as name, format_type(atttypid, null) as type from pg_attribute
     where attrelid = 'rollup'::regclass and attnum > 0`,
  );
  const row = {
    ...Object.fromEntries(rows.map(({ name, type }) => [name, type.endsWith('[]') ? [] : 0])),
    ...key,
    ...values,
  };
  const names = Object.keys(row);
  await world.database.pool.query(
    `insert into rollup (${names.join(', ')}) values (${names.map((_, index) => `$${index + 1}`).join(', ')})`,
    Object.values(row),
  );
}

beforeAll(async () => {
  world = await createWorld();
  const network = { granularity: 'hour', scope: 'network', address: '' };
  await rollup(
    { ...network, starts_at: DAY },
    {
      jobs_listed: 3,
      succeeded: 2,
      undecided: 1,
      run_seconds: 100,
      paid: 10n ** 20n,
      usd_paid: 35n,
      priced: 2,
      unpriced: 1,
      waits: 3,
      wait_seconds: 100,
      wait_bins: [2, 5],
      wait_counts: [2, 1],
    },
  );
  await rollup(
    { ...network, starts_at: DAY + 2 * HOUR },
    { jobs_listed: 1, paid: 5n, unpriced: 1, waits: 1, wait_seconds: 9, wait_bins: [5], wait_counts: [1] },
  );
  await rollup({ granularity: 'hour', scope: 'market', address: MARKET, starts_at: DAY }, { jobs_listed: 2 });
  await rollup({ granularity: 'day', scope: 'network', address: '', starts_at: DAY }, { jobs_listed: 4 });
  await world.database.pool.query('insert into rollup_dirty (hour) values ($1), ($1), ($2)', [
    DAY,
    DAY + 86_400,
  ]);
  await world.database.pool.query(
    `insert into price (at, source, usd_micro) values
       ($1, 'one', 350000), ($1::bigint + 30, 'one', 351000), ($1::bigint + 90, 'two', 352000), ($1::bigint + 90, 'one', 353000)`,
    [DAY],
  );
});
afterAll(() => world.close());

describe('rollups', () => {
  it('give every hour of a span, and their total', async () => {
    const series = await caller().rollups.series({
      scope: 'network',
      granularity: 'hour',
      from: DAY + 5,
      to: DAY + 2 * HOUR + 1,
    });
    expect(series).toMatchObject({ bucketSeconds: HOUR, from: DAY, to: DAY + 3 * HOUR, pendingHours: 1 });
    expect(series.buckets.map(({ startsAt, jobsListed }) => [startsAt - DAY, jobsListed])).toEqual([
      [0, 3],
      [HOUR, 0],
      [2 * HOUR, 1],
    ]);
    const [first, second, third] = series.buckets;
    expect(first).toMatchObject({
      paid: 10n ** 20n,
      usd: { paid: 35n, deposited: 0n },
      unpriced: 1,
      outcomes: { success: 2, unknown: 1, failed: 0 },
      runSeconds: 100n,
      waits: { count: 3, p50: 2, p90: 5, p99: 5 },
    });
    // Nothing moved, and what moved without a known price, are both no USD.
    expect([second?.usd, second?.unpriced, second?.waits]).toEqual([null, 0, null]);
    expect([third?.usd, third?.unpriced]).toEqual([null, 1]);
    expect(series.total).toMatchObject({
      jobsListed: 4,
      paid: 10n ** 20n + 5n,
      usd: { paid: 35n },
      unpriced: 2,
      waits: { count: 4, meanSeconds: 27.25, p50: 2, p90: 5 },
    });
  });

  it('keep scopes and granularities apart', async () => {
    const span = { from: DAY, to: DAY + 86_400 };
    const total = async (scope: 'market' | 'node', address: string) =>
      (await caller().rollups.totals({ ...span, scope, address, granularity: 'hour' })).total.jobsListed;
    expect(await total('market', MARKET)).toBe(2);
    expect(await total('node', addressOf('nobody'))).toBe(0);
    const days = await caller().rollups.series({ ...span, scope: 'network', granularity: 'day' });
    expect(days.buckets).toHaveLength(1);
    expect(days.total.jobsListed).toBe(4);
  });

  it.each([
    [{ scope: 'market' }, /expected an address/],
    [{ scope: 'network', address: addressOf('node') }, /none for the network/],
    [{ to: DAY }, /later time/],
    [{ to: DAY + 1_101 * HOUR }, /at most 1100 buckets/],
    [{ from: -1 }, /from/],
    [{ from: DAY + 0.5 }, /from/],
    [{ granularity: 'minute' }, /granularity/],
    [{ address: "'; drop table rollup" }, /base58/],
  ])('refuse %j', async (change, message) => {
    const input = { scope: 'network', granularity: 'hour', from: DAY, to: DAY + HOUR, ...change };
    await expect(caller().rollups.series(input as never)).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      message: expect.stringMatching(message),
    });
  });
});

/** The bin of a wait by its binary digits: five after the first one are told apart. */
function binOf(wait: bigint): number {
  if (wait < 64n) return Number(wait);
  const doubling = wait.toString(2).length - 6;
  return doubling * 32 + Number(wait >> BigInt(doubling));
}

describe('waiting times', () => {
  it('lie in bins as the database makes them, no further than 1/64 from the middle', async () => {
    const waits = [0n, 1n, 65n, 86_399n, 2n ** 45n + 12_345n, 2n ** 63n - 1n];
    for (let power = 2n; power < 63n; power += 1n)
      waits.push(2n ** power - 1n, 2n ** power, 2n ** power + 1n);
    fc.assert(
      fc.property(fc.bigInt(0n, 62n), fc.bigInt(0n, 2n ** 63n - 1n), (bits, wait) => {
        waits.push(wait >> bits);
      }),
      { numRuns: 500 },
    );
    const { rows } = await world.database.pool.query<{ wait: bigint; bin: number }>(
      'select wait, wait_bin(wait) as bin from unnest($1::bigint[]) as w (wait)',
      [waits],
    );
    expect(rows).toHaveLength(waits.length);
    for (const { wait, bin } of rows) {
      const error = Math.abs(binSeconds(bin) - Number(wait));
      expect(error, `${wait} s in bin ${bin}`).toBeLessThanOrEqual(wait < 64n ? 0 : Number(wait) / 64);
      expect(bin, `${wait} s`).toBe(binOf(wait));
    }
  });

  it('that cannot be are none, or unknown', async () => {
    const { rows } = await world.database.pool.query(
      'select wait_bin(-1) as before, wait_bin(-9223372036854775808) as long_before, wait_bin(null) as unknown',
    );
    expect(rows).toEqual([{ before: 0, long_before: 0, unknown: null }]);
  });

  it('have percentiles that are those of the sorted waits, within a bin', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(63), { minLength: 1, maxLength: 60 }), (waits) => {
        const sorted = waits.toSorted((a, b) => a - b);
        const bins = [...new Set(sorted)];
        const counts = bins.map((bin) => sorted.filter((wait) => wait === bin).length);
        const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
        expect(waitsOf(bins, counts, 0)).toMatchObject({
          count: sorted.length,
          p50: at(0.5),
          p90: at(0.9),
          p99: at(0.99),
        });
      }),
    );
  });
});

describe('prices', () => {
  it('are the last at or before a moment', async () => {
    const at = (seconds: number) => caller().prices.at({ at: DAY + seconds });
    expect(await at(-1)).toBeNull();
    expect(await at(0)).toEqual({ at: DAY, usdMicro: 350_000n, source: 'one' });
    expect(await at(89)).toMatchObject({ usdMicro: 351_000n });
    // Of two sources in one second always the same one.
    expect(await at(9_000)).toEqual({ at: DAY + 90, usdMicro: 352_000n, source: 'two' });
  });

  it('come as a series of the last in each minute', async () => {
    const minutes = await caller().prices.series({ granularity: 'minute', from: DAY, to: DAY + 600 });
    expect(minutes.map(({ startsAt, usdMicro }) => [startsAt - DAY, usdMicro])).toEqual([
      [0, 351_000n],
      [60, 352_000n],
    ]);
    const wide = { granularity: 'minute' as const, from: DAY, to: DAY + 1_501 * 60 };
    await expect(caller().prices.series(wide)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });
});
