import { createTestDatabase, type TestDatabase } from '@inferscan/db/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { startTestChain, type TestChain } from '../support/chain.js';
import { type RunningCommand, startCommand } from '../support/command.js';
import { createLives } from '../support/lives.js';
import { createRandom } from '../support/random.js';

let chain: TestChain;
let database: TestDatabase;

beforeEach(async () => {
  chain = await startTestChain();
  database = await createTestDatabase();
});
afterEach(async () => {
  await database.drop();
  await chain.stop();
});

/** An indexer whose next commit hangs, because somebody holds a table that it writes. */
async function hangingIndexer(): Promise<{ indexer: RunningCommand; letGo: () => Promise<void> }> {
  const indexer = startCommand(['follow'], {
    RPC_URL: chain.net.url,
    WS_URL: chain.net.wsUrl,
    DATABASE_URL: database.url,
    IPFS_GATEWAYS: 'http://127.0.0.1:9',
  });
  await vi.waitFor(() => expect(indexer.stdout()).toBe('indexer ready\n'), { timeout: 60_000, interval: 50 });
  const { pool } = database.database;
  const client = await pool.connect();
  await client.query('BEGIN');
  await client.query('LOCK TABLE chain_transaction IN ACCESS EXCLUSIVE MODE');
  const lives = await createLives(chain, createRandom(1));
  await lives.step();
  await vi.waitFor(
    async () => {
      const { rowCount } = await pool.query(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'inferscan-indexer'
         AND wait_event_type = 'Lock'`,
      );
      expect(rowCount).toBeGreaterThan(0);
    },
    { timeout: 30_000, interval: 50 },
  );
  return {
    indexer,
    letGo: async () => {
      await client.query('ROLLBACK');
      client.release();
    },
  };
}

const count = async (): Promise<unknown> =>
  (await database.database.pool.query('SELECT count(*) AS n FROM chain_transaction')).rows;

describe('a signal', () => {
  it('lets a commit end first', async () => {
    const { indexer, letGo } = await hangingIndexer();
    indexer.child.kill('SIGTERM');
    await vi.waitFor(() => expect(indexer.stderr()).toContain('"msg":"stopping"'), { timeout: 10_000 });
    expect(indexer.child.exitCode).toBe(null);
    await letGo();
    expect(await indexer.finished).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('"msg":"stopped"'),
    });
  });

  it('does not wait for ever: 8 seconds later it ends, and nothing half is stored', async () => {
    const { indexer, letGo } = await hangingIndexer();
    const since = Date.now();
    indexer.child.kill('SIGTERM');
    const { code, stderr } = await indexer.finished;
    expect(code).toBe(1);
    expect(stderr).toContain('it did not stop within 8 s');
    expect(Date.now() - since).toBeGreaterThan(7_900);
    await letGo();
    // The database lets its dead client's transaction go, too.
    await vi.waitFor(
      async () => {
        const { rowCount } = await database.database.pool.query(
          "SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'inferscan-indexer'",
        );
        expect(rowCount).toBe(0);
      },
      { timeout: 30_000, interval: 50 },
    );
    const { rows } = await database.database.pool.query(
      `SELECT (SELECT signature FROM checkpoint) IS NOT DISTINCT FROM
         (SELECT signature FROM chain_transaction ORDER BY slot DESC, index DESC LIMIT 1) AS agrees`,
    );
    expect(rows).toEqual([{ agrees: true }]);
    expect(await count()).not.toEqual([{ n: 0n }]);
  });

  it('that comes again ends it at once', async () => {
    const { indexer, letGo } = await hangingIndexer();
    indexer.child.kill('SIGTERM');
    await vi.waitFor(() => expect(indexer.stderr()).toContain('"msg":"stopping"'), { timeout: 10_000 });
    const since = Date.now();
    indexer.child.kill('SIGINT');
    const { code, stderr } = await indexer.finished;
    expect(code).toBe(1);
    expect(stderr).toContain('SIGINT came again');
    expect(Date.now() - since).toBeLessThan(7_000);
    await letGo();
  });
});
