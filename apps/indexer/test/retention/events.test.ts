import { createTestDatabase, type TestDatabase } from '@inferscan/db/testing';
import { networkConfig } from '@inferscan/protocol';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { refold } from '../../src/command/refold/refold.js';
import { dropEvents } from '../../src/retention/drop-events.js';
import { EventsNotKeptError, holdEvents, readKept } from '../../src/retention/kept.js';
import { runRetention } from '../../src/retention/retention-worker.js';
import { createPostgresStore } from '../../src/store/postgres-store.js';
import { eventSlots, type StoredDay, signatureOf, storeDays } from '../support/stored-days.js';

let test: TestDatabase;
let pool: TestDatabase['database']['pool'];
beforeEach(async () => {
  test = await createTestDatabase();
  pool = test.database.pool;
});
afterEach(() => test.drop());

const DAYS = 30;
const MILLION = 1_000_000n;
/** A partition holds ten million slots. */
const FAR: readonly StoredDay[] = [
  { slot: 5n * MILLION, day: 0 },
  { slot: 15n * MILLION, day: 50 },
  { slot: 25n * MILLION, day: 100 },
  { slot: 35n * MILLION, day: 150 },
  { slot: 35n * MILLION + 5n, day: 151 },
];

async function dropAll(): Promise<void> {
  while ((await dropEvents(test.database, DAYS)) === 'more') {}
}

const eventsFrom = async (): Promise<bigint | null> => (await readKept(pool)).eventsFromSlot;

const partitions = async (table: string): Promise<string[]> => {
  const { rows } = await pool.query<{ part: string }>(
    'SELECT inhrelid::regclass::text AS part FROM pg_inherits WHERE inhparent = $1::regclass ORDER BY 1',
    [table],
  );
  return rows.map(({ part }) => part);
};

describe('dropping old events', () => {
  it.each<[string, StoredDay[], bigint, bigint[], bigint | null]>([
    ['nothing where nothing is stored', [], -1n, [], null],
    ['nothing that is young', FAR.slice(3), 35n * MILLION + 5n, [35n * MILLION, 35n * MILLION + 5n], null],
    ['whole partitions', [...FAR], 35n * MILLION + 5n, [35n * MILLION, 35n * MILLION + 5n], 35n * MILLION],
    [
      'rows of a partition with others that stay',
      [
        { slot: 100n, day: 0 },
        { slot: 200n, day: 9 },
        { slot: 300n, day: 10 },
        { slot: 400n, day: 40 },
      ],
      400n,
      [300n, 400n],
      300n,
    ],
    [
      'by the time of what is final alone',
      [
        { slot: 100n, day: 0 },
        { slot: 200n, day: 29 },
        { slot: 300n, day: 90 },
      ],
      200n,
      [100n, 200n, 300n],
      null,
    ],
    [
      'never the last one that a fork would go back to',
      [
        { slot: 100n, day: 0 },
        { slot: 200n, day: 40 },
        { slot: 300n, day: 300, hasEvent: false },
      ],
      300n,
      [200n],
      200n,
    ],
    [
      'around transactions without a time',
      [
        { slot: 100n, day: 0 },
        { slot: 150n, day: null },
        { slot: 200n, day: 50 },
        { slot: 250n, day: null },
        { slot: 300n, day: 60 },
      ],
      300n,
      [200n, 250n, 300n],
      200n,
    ],
    [
      'nothing where the last time is not known',
      [
        { slot: 1n, day: 0 },
        { slot: 2n, day: null },
      ],
      2n,
      [1n, 2n],
      null,
    ],
  ])('takes %s', async (_, days, finalizedSlot, left, from) => {
    await storeDays(test, days, finalizedSlot);
    await dropAll();
    expect(await eventSlots(test)).toEqual(left);
    expect(await eventsFrom()).toBe(from);
    // Transactions stay, and so do the ledger's partitions.
    const { rows } = await pool.query('SELECT count(*) AS n FROM chain_transaction');
    expect(rows).toEqual([{ n: BigInt(days.length) }]);
    await dropAll();
    expect(await eventsFrom()).toBe(from);
  });

  it('drops a partition at a time, of events alone, and makes one again for what comes late', async () => {
    await storeDays(test, FAR, 35n * MILLION + 5n);
    const ledger = await partitions('ledger_entry');
    expect(await dropEvents(test.database, DAYS)).toBe('more');
    expect(await partitions('event')).toEqual(['event_00001', 'event_00002', 'event_00003']);
    await dropAll();
    expect(await partitions('event')).toEqual(['event_00003']);
    expect(await partitions('ledger_entry')).toEqual(ledger);
    await pool.query('SELECT add_partitions(15000000, 15000000)');
    expect(await partitions('event')).toEqual(['event_00001', 'event_00003']);
  });

  it('takes as many rows at once as take a moment', async () => {
    await storeDays(
      test,
      [
        { slot: 1n, day: 0 },
        { slot: 100n, day: 40 },
      ],
      100n,
    );
    await pool.query(
      `INSERT INTO event (position, signature, slot, index, path, failed, instruction, accounts, args, movements)
       SELECT '000000000002-' || lpad(i::text, 6, '0') || '-000-000', 's' || i, 2, i, '{0}', false, 'unknown', '{}', '{}', '[]'
       FROM generate_series(1, 5003) AS i`,
    );
    expect(await dropEvents(test.database, DAYS)).toBe('more');
    expect(await eventSlots(test)).toHaveLength(5);
    // The whole is said to be gone with the first of it.
    expect(await eventsFrom()).toBe(100n);
    expect(await dropEvents(test.database, DAYS)).toBe('done');
    expect(await eventSlots(test)).toEqual([100n]);
  });

  it.each([
    ['a partition', FAR, 35n * MILLION + 5n],
    [
      'rows',
      [
        { slot: 1n, day: 0 },
        { slot: 2n, day: 40 },
      ],
      2n,
    ],
  ])('changes nothing when it is cut off before %s is gone for good', async (_, days, finalizedSlot) => {
    await storeDays(test, days, finalizedSlot);
    const connect = pool.connect.bind(pool);
    vi.spyOn(pool, 'connect').mockImplementationOnce(async () => {
      const client = await connect();
      client.on('error', () => {});
      const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      const query = client.query.bind(client) as (...given: unknown[]) => Promise<unknown>;
      vi.spyOn(client, 'query').mockImplementation(async (...given: unknown[]) => {
        if (given[0] === 'COMMIT') await pool.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]);
        return query(...given);
      });
      return client;
    });
    await expect(dropEvents(test.database, DAYS)).rejects.toThrow();
    vi.restoreAllMocks();
    expect(await eventSlots(test)).toEqual(days.map(({ slot }) => slot));
    expect(await eventsFrom()).toBeNull();
    await dropAll();
    expect(await eventsFrom()).toBe(days.at(-2)?.day === 0 ? 2n : 35n * MILLION);
  });

  it('waits for nobody who reads, and comes back', async () => {
    await storeDays(test, FAR, 35n * MILLION + 5n);
    const reader = await pool.connect();
    await reader.query('BEGIN');
    await holdEvents(reader);
    await expect(dropEvents(test.database, DAYS)).rejects.toMatchObject({ code: '55P03' });
    expect(await eventSlots(test)).toHaveLength(FAR.length);
    expect(await eventsFrom()).toBeNull();
    const stop = new AbortController();
    const log = pino({ level: 'silent' });
    const told = vi.spyOn(log, 'info');
    const retention = { eventsDays: DAYS, documentsDays: null, archiveDays: null };
    const running = runRetention({ ...test, retention, archiveDir: null, log, everyMs: 20 }, stop.signal);
    await vi.waitFor(() => expect(told).toHaveBeenCalled(), { timeout: 10_000 });
    await reader.query('COMMIT');
    reader.release();
    await vi.waitFor(async () => expect(await eventsFrom()).toBe(35n * MILLION), { timeout: 10_000 });
    stop.abort();
    await running;
  });
});

describe('without the first events', () => {
  beforeEach(async () => {
    await storeDays(test, FAR, 35n * MILLION);
    await dropAll();
  });

  it('nothing is folded again, and nothing compared', async () => {
    await pool.query("INSERT INTO node SELECT 'somebody', 1, 1, NULL, 1, 1, 1, 1, 1");
    for (const apply of [true, false]) {
      const folding = refold({ database: test.database, network: networkConfig('localnet'), apply });
      await expect(folding).rejects.toBeInstanceOf(EventsNotKeptError);
    }
    await expect(
      refold({ database: test.database, network: networkConfig('localnet'), apply: true }),
    ).rejects.toThrow(/events before slot 35000000 are not kept \(RETAIN_EVENTS_DAYS\)/);
    expect((await pool.query('SELECT address FROM node')).rows).toEqual([{ address: 'somebody' }]);
  });

  it('a fork is taken back to the last final transaction', async () => {
    const store = createPostgresStore({ database: test.database, cluster: 'localnet' });
    expect(await store.rollBack(35n * MILLION)).toBe(1);
    expect(await store.cursor()).toMatchObject({
      slot: 35n * MILLION,
      signature: signatureOf(35n * MILLION),
    });
  });
});
