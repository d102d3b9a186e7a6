import { TABLES, writeRows } from '@inferscan/db';
import { createTestDatabase, type TestDatabase } from '@inferscan/db/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { createCoingecko } from '../../src/price/coingecko.js';
import { fetchPast } from '../../src/price/past-prices.js';
import { runPrices } from '../../src/price/price-worker.js';
import { savePrices } from '../../src/price/save-prices.js';
import { MAX_PRICE_AGE_SECONDS } from '../../src/price/value-ledger.js';
import { rebuildSome } from '../../src/rollup/rebuild.js';
import { type FakePriceServer, json, startFakePriceServer } from './fake-price-server.js';

/** The first second of an hour. */
const HOUR = 1_761_955_200n;

let test: TestDatabase;
beforeEach(async () => {
  test = await createTestDatabase();
});
afterEach(() => test.drop());

/** Of some slot. */
const PLACE = '000000000001-';

async function move(name: string, blockTime: bigint, amount: bigint, kind = 'payout'): Promise<void> {
  const client = await test.database.pool.connect();
  try {
    const row = {
      position: PLACE + name,
      signature: 's',
      slot: 1n,
      block_time: blockTime,
      market: 'market',
      job_id: null,
      kind,
      from: 'a',
      to: 'b',
      from_owner: null,
      to_owner: null,
      amount,
      vault_delta: 0n,
    };
    await writeRows(client, TABLES.ledgerEntry, [row], 'replace');
  } finally {
    client.release();
  }
}

async function worths(): Promise<Record<string, string>> {
  while (await rebuildSome(test.database)) {}
  const { rows } = await test.database.pool.query<{ position: string; worth: string }>(
    `SELECT substr(position, $1) AS position, usd_micro || ' by ' || price_source || ' at ' || price_at AS worth
     FROM ledger_value`,
    [PLACE.length + 1],
  );
  return Object.fromEntries(rows.map(({ position, worth }) => [position, worth]));
}

const usdPaid = async (): Promise<unknown> =>
  (
    await test.database.pool.query(
      "SELECT usd_paid, priced, unpriced FROM rollup WHERE granularity = 'hour' AND scope = 'network'",
    )
  ).rows;

describe('the worth of what moved', () => {
  it('is by the last price at or before its moment, in whole micro-USD', async () => {
    await move('a', HOUR + 100n, 3n);
    await move('b', HOUR + 200n, 2_000_000n);
    await savePrices(test.database, 'one', [
      { at: HOUR, usdMicro: 500_000n },
      { at: HOUR + 101n, usdMicro: 400_000n },
      { at: HOUR + 201n, usdMicro: 900_000n },
    ]);
    // 3 base units at half a USD are 1.5 micro-USD, half rounded up.
    expect(await worths()).toEqual({
      a: `2 by one at ${HOUR}`,
      b: `800000 by one at ${HOUR + 101n}`,
    });
    expect(await usdPaid()).toEqual([{ usd_paid: 800_002n, priced: 2, unpriced: 0 }]);
  });

  it('is unknown where the last price is too old, or none is', async () => {
    await move('a', HOUR + MAX_PRICE_AGE_SECONDS, 1_000_000n);
    await move('b', HOUR + MAX_PRICE_AGE_SECONDS + 1n, 1_000_000n);
    expect(await worths()).toEqual({});
    await savePrices(test.database, 'one', [{ at: HOUR, usdMicro: 500_000n }]);
    expect(await worths()).toEqual({ a: `500000 by one at ${HOUR}` });
    expect(await usdPaid()).toEqual([{ usd_paid: 500_000n, priced: 1, unpriced: 1 }]);
  });

  it('is repaired when a nearer price comes late, or is corrected', async () => {
    await move('a', HOUR + 1_000n, 1_000_000n);
    expect(await savePrices(test.database, 'one', [{ at: HOUR, usdMicro: 500_000n }])).toBe(1);
    expect(await worths()).toEqual({ a: `500000 by one at ${HOUR}` });
    await savePrices(test.database, 'one', [{ at: HOUR + 999n, usdMicro: 600_000n }]);
    expect(await worths()).toEqual({ a: `600000 by one at ${HOUR + 999n}` });
    await savePrices(test.database, 'one', [{ at: HOUR + 999n, usdMicro: 610_000n }]);
    expect(await worths()).toEqual({ a: `610000 by one at ${HOUR + 999n}` });
    // What is known already changes nothing, and asks for no count.
    expect(await savePrices(test.database, 'one', [{ at: HOUR + 999n, usdMicro: 610_000n }])).toBe(0);
    expect((await test.database.pool.query('SELECT FROM rollup_dirty')).rowCount).toBe(0);
    // Later ones are not of its moment.
    await savePrices(test.database, 'one', [{ at: HOUR + 1_001n, usdMicro: 1n }]);
    expect(await worths()).toEqual({ a: `610000 by one at ${HOUR + 999n}` });
    expect(await usdPaid()).toEqual([{ usd_paid: 610_000n, priced: 1, unpriced: 0 }]);
  });

  it('goes with what a fork takes back', async () => {
    await move('a', HOUR + 10n, 1_000_000n);
    await move('b', HOUR + 10n, 1_000_000n);
    await savePrices(test.database, 'one', [{ at: HOUR, usdMicro: 500_000n }]);
    expect(Object.keys(await worths())).toEqual(['a', 'b']);
    await test.database.pool.query('DELETE FROM ledger_entry WHERE position = $1', [`${PLACE}a`]);
    await move('b', HOUR + 10n, 7_000_000n, 'other');
    expect(await worths()).toEqual({});
    expect(await usdPaid()).toEqual([]);
  });
});

describe('past prices', () => {
  let server: FakePriceServer;
  beforeEach(async () => {
    server = await startFakePriceServer();
  });
  afterEach(() => server.close());
  const source = () => createCoingecko({ url: server.url, coin: 'nosana', key: null });
  const never = new AbortController().signal;

  it('are asked for where money moved, once', async () => {
    await move('a', HOUR, 1_000_000n);
    await move('b', HOUR + 200n * 86_400n, 1_000_000n);
    server.answer = json({ prices: [[Number(HOUR - 60n) * 1_000, 0.5]] });
    expect(await fetchPast(test.database, source(), never)).toBe(1);
    expect(server.asked).toHaveLength(2);
    expect(await worths()).toEqual({ a: `500000 by coingecko at ${HOUR - 60n}` });
    expect(await fetchPast(test.database, source(), never)).toBe(0);
    expect(server.asked).toHaveLength(2);
  });

  it('that are refused are noted and left alone for a day; other failures are not noted', async () => {
    await move('a', HOUR, 1_000_000n);
    server.answer = (_, response) => response.writeHead(429).end();
    await expect(fetchPast(test.database, source(), never)).rejects.toThrow('429');
    server.answer = (_, response) => response.writeHead(401).end();
    expect(await fetchPast(test.database, source(), never)).toBe(0);
    expect(await fetchPast(test.database, source(), never)).toBe(0);
    expect(server.asked).toHaveLength(2);
    await test.database.pool.query("UPDATE price_window SET fetched_at = now() - interval '25 hours'");
    server.answer = json({ prices: [[Number(HOUR) * 1_000, 0.5]] });
    expect(await fetchPast(test.database, source(), never)).toBe(1);
  });

  it('are waited for while the source is away', async () => {
    await move('a', HOUR, 1_000_000n);
    const stop = new AbortController();
    const failures: string[] = [];
    const done = runPrices(
      { database: test.database, source: source(), onFailure: (error) => failures.push(error.message) },
      stop.signal,
    );
    await vi.waitFor(() => expect(failures).toHaveLength(1), { timeout: 20_000 });
    const at = Math.floor(Date.now() / 1_000);
    server.answer = (request, response) =>
      json(
        request.url?.includes('market_chart')
          ? { prices: [[Number(HOUR) * 1_000, 0.5]] }
          : { nosana: { usd: 0.35, last_updated_at: at } },
      )(request, response);
    await vi.waitFor(
      async () => expect((await test.database.pool.query('SELECT FROM price')).rowCount).toBe(2),
      { timeout: 30_000, interval: 50 },
    );
    stop.abort();
    await done;
    expect(await worths()).toEqual({ a: `500000 by coingecko at ${HOUR}` });
  });
});
