import { setTimeout as delay } from 'node:timers/promises';
import { createTestDatabase, type TestDatabase } from '@inferscan/db/testing';
import { createNetworkFold } from '@inferscan/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { mergeChanges } from '../src/pipeline/merge.js';
import { createRpcClient } from '../src/rpc/client.js';
import { createWakeSource } from '../src/rpc/wake.js';
import { advance, type SourceCursor } from '../src/source/cursor.js';
import { createRpcSource } from '../src/source/rpc-source.js';
import { programsOf } from '../src/source/scope.js';
import { createPostgresSpool } from '../src/store/postgres-spool.js';
import { createPostgresStore } from '../src/store/postgres-store.js';
import { startTestChain, type TestChain } from './support/chain.js';
import { recordsInTables, recordsOnChain } from './support/compare-chain.js';
import { endChild, type IndexingTarget, spawnIndexer, startIndexer, stored } from './support/indexing.js';
import { createLives, type Lives } from './support/lives.js';
import { createRandom, testSeed } from './support/random.js';
import { dumpTables } from './support/tables.js';

const LIVES = Number(process.env.TEST_LIVES ?? 100);

const seed = testSeed();
let chain: TestChain;
let lives: Lives;
const databases: TestDatabase[] = [];
let followed: TestDatabase;
let killed: TestDatabase;
let kills = 0;

const target = (database: TestDatabase): IndexingTarget => ({
  rpcUrl: chain.net.url,
  wsUrl: chain.net.wsUrl,
  databaseUrl: database.url,
});

const newDatabase = async (): Promise<TestDatabase> => {
  const database = await createTestDatabase();
  databases.push(database);
  return database;
};

/** Starts the command again and again, and kills it at random moments, until told to stop. */
async function killAgainAndAgain(signal: AbortSignal): Promise<void> {
  const random = createRandom(seed + 1);
  while (!signal.aborted) {
    const child = spawnIndexer(target(killed));
    await delay(500 + random.int(2_000), undefined, { signal }).catch(() => {});
    await endChild(child, 'SIGKILL');
    kills++;
  }
}

beforeAll(async () => {
  console.log(`lives: TEST_SEED=${seed}`);
  chain = await startTestChain();
  followed = await newDatabase();
  killed = await newDatabase();
  lives = await createLives(chain, createRandom(seed));

  const stopKilling = new AbortController();
  const killing = killAgainAndAgain(stopKilling.signal);
  const follower = startIndexer(target(followed));
  while (lives.listed < LIVES) await lives.step();
  await chain.confirmed(lives.lastSignature);
  await stored(followed.database, lives.lastSignature);
  await follower.stop();
  stopKilling.abort();
  await killing;
  console.log(`lives: ${JSON.stringify(Object.fromEntries(lives.counts))}, ${kills} kills`);
}, 300_000);

afterAll(async () => {
  await Promise.all(databases.map((database) => database.drop()));
  await chain.stop();
});

describe(`an indexer that followed ${LIVES} random lives`, () => {
  it('has for every market a ledger that adds up to the vault, and for every account its record', async () => {
    const tables = await recordsInTables(followed.database);
    expect(Object.keys(tables.jobs).length).toBeGreaterThan(20);
    expect(tables).toEqual(await recordsOnChain(chain));
  });

  it('saw every life end as it did, and nothing that cannot be', async () => {
    const { pool } = followed.database;
    const { rows } = await pool.query<{ n: bigint }>('SELECT count(*) AS n FROM job');
    expect(Number(rows[0]?.n)).toBe(lives.listed);
    expect((await pool.query('SELECT * FROM anomaly')).rows).toEqual([]);
    const { rows: money } = await pool.query(`
      SELECT count(*) AS n FROM job
      WHERE status IN ('finished', 'ended', 'delisted', 'recovered') AND deposited <> paid + refunded + fees`);
    expect(money).toEqual([{ n: 0n }]);
  });

  it('ends with the same tables when it was killed again and again', async () => {
    expect(kills).toBeGreaterThan(2);
    const last = startIndexer(target(killed));
    await stored(killed.database, lives.lastSignature);
    await last.stop();
    expect(await dumpTables(killed.database)).toEqual(await dumpTables(followed.database));
  });

  it('ends with the same tables when it comes late and reads everything at once', async () => {
    const late = await newDatabase();
    const indexer = startIndexer(target(late));
    await indexer.ready;
    await indexer.stop();
    expect(await dumpTables(late.database)).toEqual(await dumpTables(followed.database));
  });

  it('changes nothing when it is started again', async () => {
    const before = await dumpTables(followed.database);
    const indexer = startIndexer(target(followed));
    await indexer.ready;
    await indexer.stop();
    expect(await dumpTables(followed.database)).toEqual(before);
  });

  it('changes nothing when the same batches are applied again', async () => {
    const { database } = followed;
    const before = await dumpTables(database);
    const wake = createWakeSource({ wsUrl: chain.net.wsUrl, mentions: programsOf(chain.network) });
    const source = createRpcSource({
      rpc: createRpcClient({ url: chain.net.url }),
      wake,
      spool: createPostgresSpool(database),
      addresses: programsOf(chain.network),
    });
    const store = createPostgresStore({ database, cluster: 'localnet' });
    // The rows stay; only the mark of what was read is taken away.
    await database.pool.query('UPDATE checkpoint SET signature = NULL');
    const fold = createNetworkFold(chain.network);
    const stop = new AbortController();
    let after: SourceCursor | null = null;
    for await (const { transactions, blocks, atTip } of source.batches(null, stop.signal)) {
      const changes = mergeChanges(transactions.map((transaction) => fold.apply(transaction)));
      await store.commit({ after, transactions, changes, block: blocks[0] ?? null });
      after = advance(after, transactions, programsOf(chain.network));
      if (atTip) stop.abort();
    }
    source.close();
    expect(after?.signature).toBe(lives.lastSignature);
    expect(await dumpTables(database)).toEqual(before);
    expect(await store.snapshot()).toEqual(fold.snapshot());
  });
});
