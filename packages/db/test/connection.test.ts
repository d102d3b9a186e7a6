import { once } from 'node:events';

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { type CopyValue, jsonText, storableText } from '../src/connection/copy.js';
import { takeSessionLock } from '../src/connection/session-lock.js';
import { TABLES } from '../src/tables/tables.js';
import { writeRows } from '../src/tables/write-rows.js';
import { createTestDatabase, type TestDatabase } from '../src/testing/index.js';

let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

const U64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });

describe('numbers', () => {
  it('come back as bigint, to the last digit', async () => {
    await fc.assert(
      fc.asyncProperty(U64, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), async (amount, time) => {
        const { rows } = await test.database.pool.query(
          'SELECT $1::numeric(20,0) AS amount, $2::int8 AS time, ARRAY[$2::int8, NULL] AS times, sum($1::numeric) AS total',
          [amount, time],
        );
        expect(rows).toEqual([{ amount, time, times: [time, null], total: amount }]);
      }),
      { numRuns: 50 },
    );
  });

  it('with a fraction come as text', async () => {
    const { rows } = await test.database.pool.query('SELECT 1.10::numeric AS half, NULL::numeric AS none');
    expect(rows).toEqual([{ half: '1.10', none: null }]);
  });
});

describe('copyInto', () => {
  it('writes what it was given, whatever characters', async () => {
    await test.database.pool.query(
      'CREATE TABLE copied (id int, label text, amount numeric, flag boolean, tags text[], path int[], body jsonb, at timestamptz)',
    );
    const text = fc.string({ unit: 'binary' });
    const row = fc.record({
      label: fc.option(text),
      amount: U64,
      flag: fc.boolean(),
      tags: fc.array(text, { maxLength: 4 }),
      path: fc.array(fc.nat(1_000), { maxLength: 4 }),
      body: fc.dictionary(
        text.filter((key) => key !== '__proto__'),
        fc.option(text),
        { noNullPrototype: true },
      ),
      at: fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 20 }), async (rows) => {
        await test.database.pool.query('TRUNCATE copied');
        const columns = ['id', 'label', 'amount', 'flag', 'tags', 'path', 'body', 'at'];
        const values = rows.map((r, id): CopyValue[] => [
          id,
          r.label,
          r.amount,
          r.flag,
          r.tags,
          r.path,
          { json: r.body },
          r.at,
        ]);
        expect(await test.database.copyInto('copied', columns, values)).toBe(rows.length);
        const stored = await test.database.pool.query('SELECT * FROM copied ORDER BY id');
        expect(stored.rows).toEqual(
          rows.map((r, id) => ({
            ...r,
            id,
            label: r.label === null ? null : storableText(r.label),
            tags: r.tags.map(storableText),
            body: JSON.parse(jsonText(r.body)),
          })),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('delivers the error of its source, and leaves a usable pool', async () => {
    await test.database.pool.query('CREATE TABLE failing (id int)');
    async function* rows(): AsyncGenerator<CopyValue[]> {
      yield [1];
      throw new Error('the source broke');
    }
    await expect(test.database.copyInto('failing', ['id'], rows())).rejects.toThrow('the source broke');
    await expect(test.database.copyInto('failing', ['id'], [['one']])).rejects.toThrow(
      /invalid input syntax/,
    );
    const { rows: stored } = await test.database.pool.query('SELECT count(*) AS n FROM failing');
    expect(stored).toEqual([{ n: 0n }]);
  });
});

describe('writeRows', () => {
  const market = (index: number, price: bigint) => ({
    address: `market${index}`,
    authority: 'authority',
    vault: 'vault',
    job_price: price,
    job_timeout: 60n,
    job_expiration: 60n,
    job_type: 0,
    node_access_key: 'key',
    node_xnos_minimum: 2n ** 100n,
    queue_type: 'jobs',
    queue: ['a"b', 'c\\d', 'e,f', ''],
    vault_balance: 2n ** 64n - 1n,
    opened_at: null,
    closed_at: null,
    updated_position: 'p',
  });

  // Below and above the size from which COPY is used.
  it.each([3, 1_000])('keeps or replaces %i rows', async (count) => {
    const { pool } = test.database;
    const client = await pool.connect();
    try {
      await client.query('TRUNCATE market');
      const first = Array.from({ length: count }, (_, index) => market(index, 1n));
      const second = Array.from({ length: count + 1 }, (_, index) => market(index, 2n));
      for (const [rows, mode, written] of [
        [first, 'keep', count],
        [second, 'keep', 1],
        [second, 'replace', count + 1],
      ] as const) {
        await client.query('BEGIN');
        expect(await writeRows(client, TABLES.market, rows, mode)).toBe(written);
        await client.query('COMMIT');
      }
      const { rows } = await client.query('SELECT * FROM market ORDER BY length(address), address');
      expect(rows).toEqual(second);
    } finally {
      client.release();
    }
  });
});

describe('listen', () => {
  it('hears what was committed, and nothing of what was rolled back', async () => {
    const heard: string[] = [];
    const stop = await test.database.listen('news', (payload) => heard.push(payload));
    await test.database.pool.query("BEGIN; SELECT pg_notify('news', 'no'); ROLLBACK");
    await test.database.notify('news', 'yes');
    await vi.waitFor(() => expect(heard).toEqual(['yes']), 30_000);
    await stop();
    await test.database.notify('news', 'later');
    const again: string[] = [];
    await test.database.listen('news', (payload) => again.push(payload));
    await test.database.notify('news', 'again');
    await vi.waitFor(() => expect(again).toEqual(['again']), 30_000);
    expect(heard).toEqual(['yes']);
  });

  it('comes back after its connection was cut, and says that it was away', async () => {
    const heard: string[] = [];
    let reconnected = 0;
    await test.database.listen('cut', (payload) => heard.push(payload), { onReconnect: () => reconnected++ });
    await test.database.pool.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'inferscan-listen' AND datname = current_database()",
    );
    await vi.waitFor(() => expect(reconnected).toBe(1), { timeout: 5_000 });
    await test.database.notify('cut', 'back');
    await vi.waitFor(() => expect(heard).toEqual(['back']), 30_000);
  });
});

describe('prisma', () => {
  it('shares the pool and reads what SQL wrote', async () => {
    const { prisma, pool } = test.database;
    await pool.query("INSERT INTO anomaly VALUES ('p', 's', 'm')");
    expect(await prisma.anomaly.findMany()).toEqual([{ position: 'p', signature: 's', message: 'm' }]);
    await prisma.content.create({ data: { cid: 'Qm', kind: 'result', status: 'pending', json: { a: [1] } } });
    const { rows } = await pool.query('SELECT json, attempts FROM content');
    expect(rows).toEqual([{ json: { a: [1] }, attempts: 0 }]);
  });

  it('survives connections cut by the server', async () => {
    const { prisma, pool } = test.database;
    const client = await pool.connect();
    const cut = once(client, 'error');
    await pool.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()',
    );
    await cut;
    client.release(true);
    await vi.waitFor(async () => expect(await prisma.anomaly.count()).toBe(1), 30_000);
  });
});

describe('takeSessionLock', () => {
  const options = { onLost: () => {}, applicationName: 'lock-test' };

  it('is one holder’s alone until released', async () => {
    const first = await takeSessionLock(test.url, 7n, options);
    expect(first).not.toBeNull();
    expect(await takeSessionLock(test.url, 7n, options)).toBeNull();
    await first?.release();
    const second = await takeSessionLock(test.url, 7n, options);
    expect(second).not.toBeNull();
    await second?.release();
  });

  it('says when its session is cut', async () => {
    const onLost = vi.fn();
    await takeSessionLock(test.url, 8n, { ...options, onLost });
    await test.database.pool.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'lock-test' AND datname = current_database()",
    );
    await vi.waitFor(() => expect(onLost).toHaveBeenCalledOnce(), 30_000);
  });
});
