import { createTestDatabase, type TestDatabase } from '@inferscan/db/testing';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';

import { readKept } from '../../src/retention/kept.js';
import { startTestChain, type TestChain } from '../support/chain.js';
import { type RunningIndexer, startIndexer, stored } from '../support/indexing.js';
import { createLives, type Lives } from '../support/lives.js';
import { createRandom, testSeed } from '../support/random.js';
import { dumpTables } from '../support/tables.js';

const seed = testSeed();
let chain: TestChain;
let database: TestDatabase;
let lives: Lives;

beforeAll(async () => {
  console.log(`retention: TEST_SEED=${seed}`);
  chain = await startTestChain();
  database = await createTestDatabase();
  lives = await createLives(chain, createRandom(seed));
});
afterAll(async () => {
  await database.drop();
  await chain.stop();
});

const start = (variables: Record<string, string>): RunningIndexer =>
  startIndexer({ rpcUrl: chain.net.url, wsUrl: chain.net.wsUrl, databaseUrl: database.url, variables });

async function live(steps: number): Promise<void> {
  for (let step = 0; step < steps; step++) await lives.step();
  await stored(database.database, lives.lastSignature);
}

it('an indexer that follows lets old events go, keeps what followed from them, and goes on', async () => {
  const { pool } = database.database;
  const first = start({});
  await first.ready;
  await live(20);
  // What is old is reckoned from the last final transaction, and looked for once an hour.
  await vi.waitFor(
    async () => {
      const { rows } = await pool.query<{ isFinal: boolean }>(
        'SELECT finalized_slot >= slot AS "isFinal" FROM checkpoint WHERE id = 1',
      );
      expect(rows).toEqual([{ isFinal: true }]);
    },
    { timeout: 60_000, interval: 50 },
  );
  await first.stop();
  const before = await dumpTables(database.database);
  const { rows } = await pool.query<{ slot: bigint; of: bigint }>(
    `SELECT slot, (SELECT count(*) FROM event) AS of FROM chain_transaction ORDER BY slot OFFSET 8 LIMIT 1`,
  );
  const old = rows[0]?.slot ?? 0n;
  await pool.query('UPDATE chain_transaction SET block_time = block_time - 30 * 86400 WHERE slot < $1', [
    old,
  ]);

  const second = start({ RETAIN_EVENTS_DAYS: '7' });
  await second.ready;
  await live(5);
  await vi.waitFor(async () => expect(await readKept(pool)).toMatchObject({ eventsFromSlot: old }), {
    timeout: 60_000,
    interval: 100,
  });
  await live(5);
  await second.stop();
  await second.done;
  const { rows: left } = await pool.query<{ first: bigint; n: bigint }>(
    'SELECT min(slot) AS first, count(*) AS n FROM event',
  );
  expect(left[0]?.first).toBe(old);
  const after = await dumpTables(database.database);
  for (const entry of before.ledger_entry ?? []) expect(after.ledger_entry).toContain(entry);
  expect(after.job?.length).toBeGreaterThanOrEqual(before.job?.length ?? 0);
  expect(after.chain_transaction?.length).toBeGreaterThan(before.chain_transaction?.length ?? 0);
});
