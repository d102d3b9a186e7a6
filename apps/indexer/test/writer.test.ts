import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

import { createTestDatabase, type TestDatabase } from '@inferscan/db/testing';
import { networkConfig } from '@inferscan/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { mergeChanges } from '../src/pipeline/merge.js';
import { createPostgresStore } from '../src/store/postgres-store.js';
import { ConcurrentWriterError, WrongChainError } from '../src/store/store.js';
import { startTestChain, type TestChain } from './support/chain.js';
import { endChild, type IndexingTarget, spawnIndexer, startIndexer, stored } from './support/indexing.js';
import { createLives } from './support/lives.js';
import { createRandom } from './support/random.js';
import { dumpTables } from './support/tables.js';

let chain: TestChain;
let database: TestDatabase;
let target: IndexingTarget;

beforeEach(async () => {
  chain = await startTestChain();
  database = await createTestDatabase();
  target = { rpcUrl: chain.net.url, wsUrl: chain.net.wsUrl, databaseUrl: database.url };
});

afterEach(async () => {
  await database.drop();
  await chain.stop();
});

/** What a child has printed so far. */
function outputOf(child: ChildProcess): () => string {
  let text = '';
  child.stdout?.on('data', (chunk) => {
    text += String(chunk);
  });
  return () => text;
}

const says = (output: () => string, wanted: string): Promise<void> =>
  vi.waitFor(() => expect(output()).toBe(wanted), { timeout: 60_000, interval: 50 });

describe('one writer', () => {
  it('is all there can be: the second one stands by, and takes over when the first is killed', async () => {
    const first = spawnIndexer(target);
    const firstSaid = outputOf(first);
    await says(firstSaid, 'indexer ready\n');
    const second = spawnIndexer(target);
    const secondSaid = outputOf(second);
    await says(secondSaid, 'indexer stands by\n');
    const lives = await createLives(chain, createRandom(2));
    await lives.step();
    await stored(database.database, lives.lastSignature);
    await endChild(first, 'SIGKILL');
    await says(secondSaid, 'indexer stands by\nindexer ready\n');
    await lives.step();
    await stored(database.database, lives.lastSignature);
    expect(await endChild(second, 'SIGTERM')).toBe(0);
  });

  it('is not robbed of the database by one that is to empty it', async () => {
    const first = startIndexer(target);
    await first.ready;
    const robber = startIndexer(target, { reset: true });
    await expect(robber.done).rejects.toThrow(/another indexer is writing to this database/);
    await first.stop();
  });

  it('stops when the checkpoint is not where it left it', async () => {
    const store = createPostgresStore({ database: database.database, cluster: 'localnet' });
    await store.open('genesis');
    const transaction = {
      signature: 'signature',
      slot: 5n,
      index: 0,
      blockTime: null,
      error: null,
      feePayer: networkConfig('localnet').nosMint,
      fee: 0n,
      instructions: [],
      tokenBalances: [],
    };
    const none = mergeChanges([]);
    await store.commit({ after: null, transactions: [transaction], changes: none, block: null });
    const again = store.commit({
      after: null,
      transactions: [{ ...transaction, signature: 'other' }],
      changes: none,
      block: null,
    });
    await expect(again).rejects.toThrow(ConcurrentWriterError);
    expect((await dumpTables(database.database)).chain_transaction).toHaveLength(1);
  });

  it('goes on after its connections to the database were cut', async () => {
    const lives = await createLives(chain, createRandom(1));
    const indexer = startIndexer(target);
    await indexer.ready;
    for (let round = 0; round < 3; round++) {
      await database.database.pool.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'inferscan-indexer%' AND datname = current_database()",
      );
      for (let steps = 0; steps < 5; steps++) await lives.step();
      await stored(database.database, lives.lastSignature);
    }
    await indexer.stop();
  });
});

describe('the chain', () => {
  it('of the database must be the one that is read, or the database emptied', async () => {
    const store = createPostgresStore({ database: database.database, cluster: 'localnet' });
    await store.open('5yUdK9pVWy9uYLJnyVQAKwSqEt519CJsXgJS7hhwcTQP');
    const refused = startIndexer(target).done;
    await expect(refused).rejects.toThrow(WrongChainError);
    await expect(refused).rejects.toThrow(/5yUdK9pVWy9uYLJnyVQAKwSqEt519CJsXgJS7hhwcTQP.*--reset/);
    const reset = startIndexer(target, { reset: true });
    await reset.ready;
    await reset.stop();
    const { rows } = await database.database.pool.query('SELECT count(*) AS n FROM market');
    expect(rows).toEqual([{ n: 3n }]);
  });

  it('that cannot be reached is waited for, and the heartbeat says why', async () => {
    const { port } = new URL(chain.net.url);
    await chain.net.close();
    const gone = { rpcUrl: `http://127.0.0.1:${port}`, wsUrl: `ws://127.0.0.1:${port}` };
    const indexer = startIndexer({ ...target, ...gone });
    await vi.waitFor(
      async () => {
        const { rows } = await database.database.pool.query('SELECT phase, error FROM indexer_status');
        expect(rows).toEqual([{ phase: 'backfill', error: 'the RPC cannot be reached (ECONNREFUSED)' }]);
      },
      { timeout: 30_000 },
    );
    await indexer.stop();
  });
});

describe('the command', () => {
  it('says when it is ready, and stops cleanly when told', async () => {
    const child = spawnIndexer(target);
    const [output] = (await once(child.stdout ?? child, 'data')) as [Buffer];
    expect(output.toString()).toBe('indexer ready\n');
    expect(await endChild(child, 'SIGTERM')).toBe(0);
    const { rows } = await database.database.pool.query(
      'SELECT phase, error, head_slot >= indexed_slot AS ordered FROM indexer_status',
    );
    expect(rows).toEqual([{ phase: 'tip', error: null, ordered: true }]);
  });
});
