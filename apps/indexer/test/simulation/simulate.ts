import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase } from '@inferscan/db/testing';
import { expect, vi } from 'vitest';

import { startTestChain, type TestChain } from '../support/chain.js';
import { recordsInTables, recordsOnChain } from '../support/compare-chain.js';
import { startFaultyRpc } from '../support/faulty-rpc.js';
import { startIndexer } from '../support/indexing.js';
import { createLives } from '../support/lives.js';
import { createRandom, type Random } from '../support/random.js';
import { dumpTables } from '../support/tables.js';
import { crashPostgres } from './crash-postgres.js';
import { setRandomFaults } from './faults.js';
import { forkChain, newestStored } from './fork.js';
import { createVictim, type Victim } from './victim.js';

/** What happened to the indexer in one simulation. */
export interface Simulated {
  readonly transactions: number;
  /** How often each kind of trouble came. */
  readonly troubles: ReadonlyMap<string, number>;
  readonly sources: readonly string[];
}

/** Of so many steps of the history, one is followed by some trouble. */
const TROUBLE_EVERY = 6;
const MAX_ROUNDS = 4;
const SETTLE_MS = 60_000;

/**
 * Makes a random valid history on a real chain while an indexer follows it through failing servers, forks, crashes of
 * itself and of its database, and changes of its sources. In the end its tables must be those of an indexer that read
 * the finished chain in peace, and tell what the chain's accounts and vaults hold.
 *
 * @throws AssertionError where they are not
 */
export async function simulate(seed: number): Promise<Simulated> {
  const random = createRandom(seed);
  const archiveDir = await mkdtemp(join(tmpdir(), 'inferscan-simulation-'));
  const chain = await startTestChain(40, { control: true });
  const proxy = await startFaultyRpc(chain.net.url, createRandom(seed + 1), 8);
  const [followed, clean] = [await createTestDatabase(), await createTestDatabase()];
  const place = {
    rpcUrl: chain.net.url,
    otherRpcUrl: proxy.url,
    wsUrl: chain.net.wsUrl,
    databaseUrl: followed.url,
    archiveDir,
  };
  const victim = createVictim(place, random);
  const troubles = new Map<string, number>();
  try {
    const last = await makeHistory({ chain, random, victim, followed, troubles });
    await chain.control('setFaults', null);
    proxy.oneIn = 0;
    victim.start();
    await storedIn(followed, last, victim);
    await victim.stop();
    const transactions = await compare(chain, followed, clean);
    return { transactions, troubles, sources: victim.sources };
  } finally {
    await victim.kill();
    await proxy.close();
    await chain.stop();
    await followed.drop();
    await clean.drop();
    await rm(archiveDir, { recursive: true, force: true });
  }
}

interface Scene {
  readonly chain: TestChain;
  readonly random: Random;
  readonly victim: Victim;
  readonly followed: TestDatabase;
  readonly troubles: Map<string, number>;
}

/** Returns the last transaction of the branch that stays. */
async function makeHistory(scene: Scene): Promise<string> {
  const { chain, random, victim, followed, troubles } = scene;
  const count = (trouble: string): void => void troubles.set(trouble, (troubles.get(trouble) ?? 0) + 1);
  const kinds = troublesOf(scene);
  victim.start();
  const rounds = 1 + random.int(MAX_ROUNDS);
  for (let round = 1; ; round++) {
    // A world of its own: the one before does not know what a fork took away.
    const lives = await createLives(chain, random);
    for (let steps = 10 + random.int(40); steps > 0; steps--) {
      await lives.step();
      if (random.int(TROUBLE_EVERY) !== 0) continue;
      const [name, trouble] = random.pick(kinds);
      count(name);
      await trouble();
    }
    await chain.confirmed(lives.lastSignature);
    if (round === rounds) return lives.lastSignature;
    // Sometimes the indexer has seen what is about to go, sometimes not.
    if (random.int(2) === 0 && victim.running) await mayStore(followed, lives.lastSignature);
    count('fork');
    await forkChain(chain, await newestStored(followed.database), random);
  }
}

function troublesOf({ chain, random, victim, followed }: Scene): [string, () => Promise<void>][] {
  const start = async (): Promise<void> => victim.start();
  return Object.entries({
    start,
    'start again': start,
    kill: () => victim.kill(),
    'kill and start': async () => {
      await victim.kill();
      victim.start();
    },
    stop: () => victim.stop(),
    'crash of postgres': () => crashPostgres(followed.url),
    faults: () => setRandomFaults(chain, random),
    'no faults': () => chain.control<void>('setFaults', null),
  });
}

/** Gives the indexer a moment to store a transaction; with its servers failing it may take longer than that. */
async function mayStore(followed: TestDatabase, signature: string): Promise<void> {
  await vi.waitFor(() => mustBeStored(followed, signature), { timeout: 2_000, interval: 20 }).catch(() => {});
}

async function storedIn(followed: TestDatabase, signature: string, victim: Victim): Promise<void> {
  await vi.waitFor(
    async () => {
      // Fails where the indexer gave up.
      victim.start();
      await mustBeStored(followed, signature);
    },
    { timeout: SETTLE_MS, interval: 50 },
  );
}

async function mustBeStored({ database }: TestDatabase, signature: string): Promise<void> {
  const { rowCount } = await database.pool.query('SELECT FROM chain_transaction WHERE signature = $1', [
    signature,
  ]);
  if (rowCount !== 1) throw new Error(`${signature} is not stored`);
}

/** Returns how many transactions there are. */
async function compare(chain: TestChain, followed: TestDatabase, clean: TestDatabase): Promise<number> {
  const indexer = startIndexer({
    rpcUrl: chain.net.url,
    wsUrl: chain.net.wsUrl,
    databaseUrl: clean.url,
  });
  await indexer.ready;
  await indexer.stop();
  const [tables, wanted] = [await dumpTables(followed.database), await dumpTables(clean.database)];
  expect(tables).toEqual(wanted);
  expect(tables.anomaly).toEqual([]);
  expect(await recordsInTables(followed.database)).toEqual(await recordsOnChain(chain));
  return tables.chain_transaction?.length ?? 0;
}
