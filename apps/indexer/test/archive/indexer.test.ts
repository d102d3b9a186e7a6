import { createTestDatabase, type TestDatabase } from '@inferscan/db/testing';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { verifyArchive } from '../../src/archive/verify.js';
import { readConfig } from '../../src/config/environment.js';
import { runIndexer } from '../../src/indexer.js';
import { createFolders } from '../support/archive-folder.js';
import { startTestChain, type TestChain } from '../support/chain.js';
import { stored } from '../support/indexing.js';
import { createLives } from '../support/lives.js';
import { createRandom, testSeed } from '../support/random.js';
import { type ScriptedRpc, startScriptedRpc } from '../support/scripted-rpc.js';
import { dumpTables } from '../support/tables.js';

const seed = testSeed();
const folders = createFolders();
let chain: TestChain;
let databases: TestDatabase[];
let lastSignature: string;

/** Runs an indexer until a transaction is stored. */
async function indexUntil(
  database: TestDatabase,
  signature: string,
  variables: Record<string, string>,
): Promise<void> {
  const stop = new AbortController();
  const config = readConfig({
    RPC_URL: chain.net.url,
    WS_URL: chain.net.wsUrl,
    DATABASE_URL: database.url,
    IPFS_GATEWAYS: 'http://127.0.0.1:9',
    ...variables,
  });
  const log = pino({ level: process.env.TEST_LOG_LEVEL ?? 'silent' });
  const done = runIndexer({ config, log }, stop.signal);
  try {
    await Promise.race([stored(database.database, signature), done]);
  } finally {
    stop.abort();
    await done;
  }
}

/** The chain's own answer. */
async function ask(method: string, params: readonly unknown[]): Promise<unknown> {
  const response = await fetch(chain.net.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  return ((await response.json()) as { result?: unknown }).result;
}

beforeAll(async () => {
  console.log(`archive, indexed: TEST_SEED=${seed}`);
  chain = await startTestChain();
  databases = await Promise.all([createTestDatabase(), createTestDatabase(), createTestDatabase()]);
  const lives = await createLives(chain, createRandom(seed));
  for (let steps = 0; steps < 60; steps++) await lives.step();
  ({ lastSignature } = lives);
  await chain.confirmed(lastSignature);
});
afterAll(async () => {
  await Promise.all(databases.map((database) => database.drop()));
  await chain.stop();
  await folders.remove();
});

describe('an indexer with an archive', () => {
  it('keeps what it fetches, and another one replays it without asking for a transaction', async () => {
    const [first, second, third] = databases;
    if (first === undefined || second === undefined || third === undefined) throw new Error('no databases');
    const dir = await folders.make();
    const archived = { ARCHIVE_DIR: dir };
    await indexUntil(first, lastSignature, archived);
    // What was not final then is, the second time.
    const { finalSlot } = await verifyArchive(dir);
    const { rows } = await first.database.pool.query<{ slot: string; signature: string }>(
      'SELECT slot, signature FROM chain_transaction WHERE slot <= $1 ORDER BY slot DESC LIMIT 1',
      [finalSlot.toString()],
    );
    const lastFinal = rows[0]?.signature;
    if (lastFinal === undefined) throw new Error('nothing was final');
    // The same chain, up to there, behind an RPC that has no transactions.
    const asked: string[] = [];
    const blind: ScriptedRpc = await startScriptedRpc(async ({ method, params }) => {
      asked.push(method);
      if (method === 'getSlot') return Number(finalSlot);
      return method === 'getTransaction' ? null : ask(method, params);
    });
    try {
      await indexUntil(second, lastFinal, { ...archived, RPC_URL: blind.url });
    } finally {
      await blind.close();
    }
    expect(asked).not.toContain('getTransaction');
    // The third one replays, and goes on over the network; the tables are those of one that never saw an archive.
    await indexUntil(third, lastSignature, archived);
    const [left, right] = await Promise.all([dumpTables(first.database), dumpTables(third.database)]);
    expect(right).toEqual(left);
    expect((await verifyArchive(dir)).damaged).toEqual([]);
  });
});
