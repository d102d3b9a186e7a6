import type { DatabaseClient } from '@inferscan/db';
import { createTestDatabase, type TestDatabase } from '@inferscan/db/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { watchNewPages } from '../../src/store/bulk/new-pages.js';
import { addPartitions } from '../../src/store/partitions.js';

let database: TestDatabase;
let client: DatabaseClient;

beforeEach(async () => {
  database = await createTestDatabase();
  client = await database.database.pool.connect();
  // As in a server that is durable: nothing is noted of a commit that the log may lose.
  await client.query('SET synchronous_commit = on');
});

afterEach(async () => {
  client.release();
  await database.drop();
});

/** So many events from a slot on, and their transactions, committed together. */
async function load(slot: bigint, count: number): Promise<void> {
  await client.query('BEGIN');
  await addPartitions(client, [{ slot }, { slot: slot + BigInt(count) }]);
  await client.query(
    `INSERT INTO event (position, signature, slot, index, path, failed, instruction, accounts, args, movements)
     SELECT lpad(slot::text, 12, '0') || '-000000-000-000', 's' || slot, slot, 0, '{1}', false, 'list', '{}', '{}', '[]'
     FROM generate_series($1::bigint, $1 + $2::bigint - 1) AS slot`,
    [slot, count],
  );
  await client.query('COMMIT');
}

/** Pages that a look at all events changes: rows in them were not known to be committed. All are written before, so that a change is seen. */
async function changedByReading(): Promise<number> {
  await client.query('CHECKPOINT');
  const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: { 'Shared Dirtied Blocks': number } }] }>(
    'EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT count(*) FROM event',
  );
  return rows[0]?.['QUERY PLAN'][0].Plan['Shared Dirtied Blocks'] ?? -1;
}

it('leaves nothing for later readers to note, in any partition and after each commit', async () => {
  const pages = await watchNewPages(client);
  await load(5n, 1_000);
  await pages.read();
  expect(await changedByReading()).toBe(0);
  // The first fills the page that is there, the others lie in a partition of their own.
  await load(2_000n, 10);
  await load(40_000_000n, 1_000);
  await pages.read();
  expect(await changedByReading()).toBe(0);
});

it('reads no more than what is new', async () => {
  await load(5n, 1_000);
  const pages = await watchNewPages(client);
  await load(40_000_000n, 1_000);
  await pages.read();
  // What was there before is still to be noted.
  expect(await changedByReading()).toBeGreaterThan(10);
  expect(await changedByReading()).toBe(0);
});
