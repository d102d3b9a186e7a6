import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createTestDatabase, type TestDatabase } from '@inferscan/db/testing';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';

import { startTestChain, type TestChain } from '../support/chain.js';
import { startIndexer, stored } from '../support/indexing.js';
import { createLives, type Lives } from '../support/lives.js';
import { createRandom, testSeed } from '../support/random.js';
import { countAll, readFigures } from './reference.js';

const seed = testSeed();
let chain: TestChain;
let database: TestDatabase;
let folder: string;
let lives: Lives;

beforeAll(async () => {
  console.log(`figures while following: TEST_SEED=${seed}`);
  [chain, database] = [await startTestChain(), await createTestDatabase()];
  folder = await mkdtemp(join(tmpdir(), 'inferscan-figures-'));
  lives = await createLives(chain, createRandom(seed));
});

afterAll(async () => {
  await database.drop();
  await chain.stop();
  await rm(folder, { recursive: true });
});

/** Waits until figures are those of all that is stored. */
const agreed = (check: (figures: Record<string, string>) => void): Promise<void> =>
  vi.waitFor(
    async () => {
      const figures = await readFigures(database.database);
      expect(figures).toEqual(await countAll(database.database));
      const hours = Object.entries(figures).filter(([key]) => key.startsWith('hour network'));
      check(Object.assign({}, ...hours.map(([, row]) => row)));
    },
    { timeout: 60_000, interval: 100 },
  );

const play = async (until: string): Promise<void> => {
  const count = () => lives.counts.get(until) ?? 0;
  for (const before = count(); count() < before + 3; ) await lives.step();
  await stored(database.database, lives.lastSignature);
};

it('an indexer that follows keeps figures, with what money was worth once somebody says so, and tells of them', async () => {
  const told: unknown[] = [];
  const endListening = await database.database.listen('inferscan', (payload) =>
    told.push(JSON.parse(payload)),
  );
  const priceFile = join(folder, 'prices.csv');
  const target = { rpcUrl: chain.net.url, wsUrl: chain.net.wsUrl, databaseUrl: database.url };
  const without = startIndexer(target);
  await play('finish');
  await agreed((figures) => {
    expect(Number(figures.deposited)).toBeGreaterThan(0);
    expect(figures.usd_deposited).toBeUndefined();
    expect(Number(figures.unpriced)).toBeGreaterThan(0);
  });
  await vi.waitFor(() =>
    expect(told).toContainEqual({ slot: expect.stringMatching(/^\d+$/), figures: true }),
  );
  await without.stop();

  await writeFile(priceFile, `at,usd\n${Math.floor(Date.now() / 1_000) - 3_600},0.35\n`);
  const priced = startIndexer({ ...target, variables: { PRICE_SOURCE: 'file', PRICE_FILE: priceFile } });
  await play('delist');
  await agreed((figures) => {
    expect(Number(figures.usd_deposited)).toBeGreaterThan(0);
    expect(figures.unpriced).toBeUndefined();
  });
  await priced.stop();
  await endListening();
});
