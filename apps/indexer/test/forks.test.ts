import { setTimeout as delay } from 'node:timers/promises';
import { createTestDatabase, type TestDatabase } from '@inferscan/db/testing';
import { createNetworkFold } from '@inferscan/protocol';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

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
import { createLives } from './support/lives.js';
import { createRandom, testSeed } from './support/random.js';
import { dumpTables } from './support/tables.js';

const ROUNDS = Number(process.env.TEST_FORKS ?? 6);
const STEPS = 25;

interface Fork {
  readonly parent: number;
  readonly slot: number;
  readonly landed: readonly string[];
}

const seed = testSeed();
let chain: TestChain;
const databases: TestDatabase[] = [];

const newDatabase = async (): Promise<TestDatabase> => {
  const database = await createTestDatabase();
  databases.push(database);
  return database;
};
const target = (database: TestDatabase): IndexingTarget => ({
  rpcUrl: chain.net.url,
  wsUrl: chain.net.wsUrl,
  databaseUrl: database.url,
});

/** Slot of the last stored transaction. */
const storedSlot = async ({ database }: TestDatabase): Promise<number> => {
  const { rows } = await database.pool.query<{ slot: bigint }>('SELECT slot FROM checkpoint');
  return Number(rows[0]?.slot ?? 0n);
};

/** Signatures in blocks that are not final, as stored. */
const recentSignatures = async ({ database }: TestDatabase): Promise<string[]> => {
  const { rows } = await database.pool.query<{ signature: string }>(
    'SELECT signature FROM chain_transaction WHERE slot IN (SELECT slot FROM block) ORDER BY slot, index',
  );
  return rows.map(({ signature }) => signature);
};

beforeAll(async () => {
  console.log(`forks: TEST_SEED=${seed}`);
  chain = await startTestChain(50, { control: true });
}, 120_000);

afterAll(async () => {
  await Promise.all(databases.map((database) => database.drop()));
  await chain.stop();
});

describe('a chain that forks', () => {
  it(`leaves after ${ROUNDS} forks and some kills the tables that its last branch gives`, async () => {
    const random = createRandom(seed);
    const followed = await newDatabase();
    let child = spawnIndexer(target(followed));
    let takenBack = 0;
    for (let round = 0; round < ROUNDS; round++) {
      // A world of its own: the one before does not know what the fork took away.
      const lives = await createLives(chain, random);
      for (let step = 0; step < STEPS; step++) await lives.step();
      // Nothing closes any more but the block that holds the last of them: it is stored, and far from final.
      await chain.control('pause');
      await chain.control('step');
      await stored(followed.database, lives.lastSignature);
      const killed = random.int(3) === 0;
      if (killed) await endChild(child, 'SIGKILL');
      const recent = await recentSignatures(followed);
      const { parent, slot } = await forkSomewhere(recent, random);
      takenBack += Number((await storedSlot(followed)) > parent);
      await chain.control('resume');
      if (killed) child = spawnIndexer(target(followed));
      // The next world begins on the new branch, seen by the indexer or not.
      await vi.waitFor(
        async () => expect(await chain.rpc.getSlot({ commitment: 'confirmed' }).send()).toBeGreaterThan(slot),
        { timeout: 30_000, interval: 20 },
      );
    }
    expect(takenBack).toBeGreaterThan(0);
    const last = await createLives(chain, random);
    for (let step = 0; step < STEPS; step++) await last.step();
    await chain.confirmed(last.lastSignature);
    await stored(followed.database, last.lastSignature);
    expect(await endChild(child, 'SIGTERM')).toBe(0);

    const clean = await newDatabase();
    const indexer = startIndexer(target(clean));
    await indexer.ready;
    await indexer.stop();
    expect(await dumpTables(followed.database)).toEqual(await dumpTables(clean.database));
    expect(await recordsInTables(followed.database)).toEqual(await recordsOnChain(chain));
    const { rows } = await followed.database.pool.query('SELECT * FROM anomaly');
    expect(rows).toEqual([]);
  }, 240_000);

  it('becomes final in the tables, which then keep nothing to take back', async () => {
    const database = await newDatabase();
    const lives = await createLives(chain, createRandom(seed + 1));
    const indexer = startIndexer(target(database));
    for (let step = 0; step < STEPS; step++) await lives.step();
    await stored(database.database, lives.lastSignature);
    await vi.waitFor(
      async () => {
        const { rows } = await database.database.pool.query(
          'SELECT finalized_slot >= slot AS final, (SELECT count(*) FROM undo) AS kept FROM checkpoint',
        );
        expect(rows).toEqual([{ final: true, kept: 0n }]);
      },
      { timeout: 60_000, interval: 50 },
    );
    await indexer.stop();
    const store = createPostgresStore({ database: database.database, cluster: 'localnet' });
    expect((await store.pending()).blocks).toEqual([]);
    await expect(store.rollBack(0n)).rejects.toThrow('is final');
  }, 120_000);

  it('can be taken back from any slot that is not final, to the row', async () => {
    const { database } = await newDatabase();
    const random = createRandom(seed + 2);
    const lives = await createLives(chain, random);
    for (let step = 0; step < STEPS; step++) await lives.step();
    await chain.confirmed(lives.lastSignature);

    const store = createPostgresStore({ database, cluster: 'localnet' });
    await store.open('any');
    const source = createRpcSource({
      rpc: createRpcClient({ url: chain.net.url }),
      wake: createWakeSource({ wsUrl: chain.net.wsUrl, mentions: programsOf(chain.network) }),
      spool: createPostgresSpool(database),
      addresses: programsOf(chain.network),
    });
    const fold = createNetworkFold(chain.network);
    const stop = new AbortController();
    /** The tables after each slot that is not final. */
    const dumps = new Map<bigint, Record<string, string[]>>();
    let after: SourceCursor | null = null;
    for await (const { transactions, blocks, atTip } of source.batches(null, stop.signal)) {
      const changes = mergeChanges(transactions.map((transaction) => fold.apply(transaction)));
      const block = blocks[0] ?? null;
      if (transactions.length > 0) await store.commit({ after, transactions, changes, block });
      after = advance(after, transactions, programsOf(chain.network));
      if (block !== null) dumps.set(block.slot, await dumpTables(database));
      if (atTip) stop.abort();
    }
    source.close();
    expect(dumps.size).toBeGreaterThan(2);
    const slots = [...dumps.keys()].toReversed();
    while (slots.length > 0) {
      const [slot] = slots.splice(0, 1 + random.int(3));
      if (slot === undefined) break;
      await store.rollBack(slot);
      expect(await dumpTables(database)).toEqual(dumps.get(slot));
    }
  }, 120_000);
});

/** Drops some of the last blocks, loses some of their transactions and shuffles others. */
async function forkSomewhere(
  recent: readonly string[],
  random: ReturnType<typeof createRandom>,
): Promise<Fork> {
  for (let drop = 2 + random.int(12); drop > 0; drop--) {
    const chosen = recent.slice(-3).filter(() => random.int(2) === 0);
    try {
      return await chain.control<Fork>('fork', { drop, without: chosen });
    } catch (error) {
      // The chosen ones may lie further back than the blocks that fall: then all come back.
      if (!String(error).includes('not in the dropped blocks')) {
        await delay(0);
        continue;
      }
      return chain.control<Fork>('fork', { drop });
    }
  }
  throw new Error('nothing can be dropped');
}
