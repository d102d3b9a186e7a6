import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { MIGRATIONS_FOLDER, migrate } from '../src/migrations/migrate.js';
import { createTestDatabase, type TestDatabase } from '../src/testing/index.js';

const PARTITIONS = '0013_partitions';
/** The first partition, one that is far away, and the last slots of another. */
const SLOTS = [0n, 7n, 9_999_999n, 10_000_000n, 123_456_789n, 399_999_999n];
const INDEXES = `
  SELECT replace(pg_get_indexdef(indexrelid), ' ON ONLY ', ' ON ') AS line, indisvalid AS valid FROM pg_index
  WHERE indrelid IN ('event'::regclass, 'ledger_entry'::regclass) ORDER BY 1`;

let empty: TestDatabase;
let pool: pg.Pool;
let older: string;

/** A database as it was before there were partitions. */
beforeEach(async () => {
  empty = await createTestDatabase({ content: 'empty' });
  pool = empty.database.pool;
  older = await mkdtemp(join(tmpdir(), 'inferscan-partitions-'));
  for (const name of (await readdir(MIGRATIONS_FOLDER)).filter((each) => each < PARTITIONS)) {
    await cp(join(MIGRATIONS_FOLDER, name), join(older, name), { recursive: true });
  }
  await migrate(empty.url, { folder: older });
});

afterEach(async () => {
  await empty.drop();
  await rm(older, { recursive: true, force: true });
});

const positionOf = (slot: bigint): string => `${slot.toString().padStart(12, '0')}-000003-001-000`;

async function fill(slots: readonly bigint[]): Promise<void> {
  await pool.query(
    `INSERT INTO event (position, signature, slot, index, path, failed, instruction, accounts, args, movements, job)
     SELECT position, 's' || slot, slot, 3, '{1}', false, 'list', '{}', '{"a": 1}', '[]', 'j' || slot
     FROM unnest($1::text[], $2::bigint[]) AS t (position, slot)`,
    [slots.map(positionOf), slots],
  );
  await pool.query(
    `INSERT INTO ledger_entry (position, signature, slot, block_time, market, kind, "from", "to", amount, vault_delta)
     SELECT position, signature, slot, 1700000000 + slot, 'market', 'deposit', 'a', 'b', 5, 5 FROM event
     WHERE slot = ANY ($1::bigint[])`,
    [slots],
  );
  await pool.query('DELETE FROM rollup_dirty');
}

const rowsOf = async (table: string): Promise<unknown[]> =>
  (await pool.query(`SELECT to_jsonb(t) AS row FROM ${table} AS t ORDER BY position`)).rows;

const partsOf = async (table: string): Promise<string[]> => {
  const { rows } = await pool.query<{ part: string }>(
    'SELECT inhrelid::regclass::text AS part FROM pg_inherits WHERE inhparent = $1::regclass ORDER BY 1',
    [table],
  );
  return rows.map(({ part }) => part);
};

describe('tables that become partitions', () => {
  it('keep their rows, keys, indexes and triggers, each row in the partition of its slot', async () => {
    await fill(SLOTS);
    const before = { event: await rowsOf('event'), ledger: await rowsOf('ledger_entry') };
    const { rows: indexes } = await pool.query(INDEXES);
    await migrate(empty.url);
    expect({ event: await rowsOf('event'), ledger: await rowsOf('ledger_entry') }).toEqual(before);
    const { rows: now } = await pool.query(INDEXES);
    expect(now).toEqual(expect.arrayContaining(indexes.filter(({ line }) => line.includes('_pkey'))));
    expect(now.every(({ valid }) => valid)).toBe(true);
    const parts = await partsOf('event');
    expect(parts).toHaveLength(40);
    expect(parts.at(0)).toBe('event_00000');
    expect(parts.at(-1)).toBe('event_00039');
    for (const part of ['event_00000', 'event_00012', 'event_00039']) {
      const { rows } = await pool.query<{ slot: bigint }>(`SELECT slot FROM ${part} ORDER BY slot`);
      const wanted = SLOTS.filter((slot) => positionOf(slot).slice(0, 5) === part.replace('event_', ''));
      expect(rows.map(({ slot }) => slot)).toEqual(wanted);
    }
    // Nothing happened to the rows: no hour is to be counted again, until something does.
    const marks = 'SELECT count(DISTINCT hour) AS n FROM rollup_dirty';
    expect((await pool.query(marks)).rows).toEqual([{ n: 0n }]);
    await pool.query('UPDATE ledger_entry SET amount = 6 WHERE position = $1', [positionOf(7n)]);
    expect((await pool.query(marks)).rows).toEqual([{ n: 1n }]);
    await pool.query('DELETE FROM ledger_entry WHERE position > $1', [positionOf(123_456_789n)]);
    expect((await pool.query(marks)).rows).toEqual([{ n: 2n }]);
    await expect(fill([7n])).rejects.toThrow(/event_00000_pkey/);
  });

  it('leave to an interrupted load what it put off', async () => {
    await pool.query('DROP INDEX event_job_position_idx, ledger_entry_block_time_idx');
    await pool.query(`INSERT INTO deferred_index VALUES
      ('event_job_position_idx', 'CREATE INDEX event_job_position_idx ON event (job, position)'),
      ('ledger_entry_block_time_idx', 'CREATE INDEX ledger_entry_block_time_idx ON ledger_entry (block_time)')`);
    await migrate(empty.url);
    const { rows } = await pool.query<{ line: string }>(INDEXES);
    const lines = rows.map(({ line }) => line).join();
    expect(lines).not.toContain('event_job_position_idx');
    expect(lines).not.toContain('ledger_entry_block_time_idx');
    expect(lines).toContain('ledger_entry_job_id_position_idx');
    // What a later migration changes of them is made by the load, too.
    const { rows: deferred } = await pool.query<{ name: string; definition: string }>(
      'SELECT name, definition FROM deferred_index ORDER BY name',
    );
    expect(deferred.map(({ name }) => name)).toEqual([
      'event_job_position_idx',
      'job_closed_idx',
      'job_definition_cid_listed_position_idx',
      'job_last_at_idx',
      'job_market_listed_position_idx',
      'job_market_status_listed_position_idx',
      'job_open_idx',
      'ledger_entry_block_time_idx',
      'ledger_entry_market_position_idx',
      'result_facts_state_listed_idx',
      'run_not_ended_idx',
      'run_open_idx',
    ]);
    expect(deferred.find(({ name }) => name === 'ledger_entry_market_position_idx')?.definition).toContain(
      'INCLUDE (kind, amount, vault_delta)',
    );
    const { rows: triggers } = await pool.query(
      `SELECT DISTINCT tgenabled::text AS state FROM pg_trigger WHERE tgrelid = 'ledger_entry'::regclass AND NOT tgisinternal AND tgname NOT LIKE 'counted%'`,
    );
    expect(triggers).toEqual([{ state: 'D' }]);
    const { rows: options } = await pool.query(
      "SELECT DISTINCT reloptions AS options FROM pg_class WHERE oid = 'event_00000'::regclass",
    );
    expect(options).toEqual([{ options: ['autovacuum_enabled=false'] }]);
  });
});

describe('add_partitions', () => {
  it('waits for nobody who reads, and nobody who reads waits for it', async () => {
    await migrate(empty.url);
    const [reader, writer, other] = [await pool.connect(), await pool.connect(), await pool.connect()];
    try {
      await reader.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      await reader.query('SELECT count(*) FROM event');
      await writer.query("BEGIN; SET LOCAL lock_timeout = '2s'; SELECT add_partitions(35000000, 55000000)");
      await other.query("BEGIN; SET LOCAL lock_timeout = '2s'");
      expect((await other.query('SELECT count(*) AS n FROM event')).rows).toEqual([{ n: 0n }]);
      expect((await reader.query('SELECT count(*) AS n FROM ledger_entry')).rows).toEqual([{ n: 0n }]);
      await writer.query('COMMIT');
    } finally {
      for (const client of [reader, writer, other]) client.release(true);
    }
    const numbers = ['00000', '00003', '00004', '00005'];
    expect(await partsOf('event')).toEqual(numbers.map((number) => `event_${number}`));
    expect(await partsOf('ledger_entry')).toEqual(numbers.map((number) => `ledger_entry_${number}`));
    await pool.query('SELECT add_partitions(0, 55000000)');
    expect(await partsOf('event')).toHaveLength(6);
  });
});

describe('statistics', () => {
  it('are only of what queries compare, in every partition, also one that is added later', async () => {
    await migrate(empty.url);
    expect(await partsOf('event')).toEqual(['event_00000']);
    await pool.query('SELECT add_partitions(400000000, 400000000)');
    await fill([7n, 400_000_001n]);
    await pool.query('ANALYZE event, ledger_entry');
    const { rows } = await pool.query<{ part: string; columns: string }>(
      `SELECT tablename AS part, string_agg(attname, ' ' ORDER BY attname COLLATE "C") AS columns FROM pg_stats
       WHERE tablename LIKE ANY (ARRAY['event%', 'ledger_entry%']) GROUP BY 1`,
    );
    const columnsOf = (table: string): string[] => [
      ...new Set(rows.filter(({ part }) => part.startsWith(table)).map(({ columns }) => columns)),
    ];
    expect(columnsOf('event')).toEqual(['job position slot']);
    expect(columnsOf('ledger_entry')).toEqual(['block_time job_id kind market position slot']);
    expect(rows.map(({ part }) => part)).toEqual(
      expect.arrayContaining(['event', 'event_00000', 'event_00040', 'ledger_entry_00040']),
    );
  });
});
