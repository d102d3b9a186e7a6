import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { createTestDatabase, type TestDatabase } from '@inferscan/db/testing';
import { createArchiveSource, createPostgresStore, type Finishing, follow } from '@inferscan/indexer/parts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { NETWORK } from '../src/history/parties.js';
import { writeHistory } from '../src/history/write-archive.js';
import { dumpDatabase } from './support/tables.js';

const JOBS = 900;

let dir: string;
let expected: Record<string, string[]>;
const databases: TestDatabase[] = [];

const newDatabase = async (): Promise<TestDatabase> => {
  const database = await createTestDatabase();
  databases.push(database);
  return database;
};

/** Indexes the archive within this process; `batch`: transactions at once, `bulk`: whether they may be loaded in bulk. */
async function index(
  { database }: TestDatabase,
  batch: number,
  bulk: boolean,
  signal = new AbortController().signal,
  onFinishing?: (finishing: Finishing) => void,
): Promise<number> {
  const source = createArchiveSource({ dir, batch });
  const store = createPostgresStore({ database, cluster: NETWORK.cluster });
  await store.open(await source.genesisHash(AbortSignal.abort()));
  let inBulk = 0;
  await follow(
    {
      source,
      store: bulk ? store : { ...store, bulkLoad: async () => null },
      network: NETWORK,
      ...(onFinishing === undefined ? {} : { onFinishing }),
      onProgress: ({ isBulk, transactions }) => {
        if (isBulk === true) inBulk += transactions;
      },
    },
    signal,
  );
  return inBulk;
}

const CHILD = fileURLToPath(new URL('./fixtures/bulk-load.mjs', import.meta.url));

/** Loads in another process and kills it as soon as it says something for which that is due; tells whether it was done. */
async function loadUntil(url: string, isDue: (what: string, count: number) => boolean): Promise<boolean> {
  const child = spawn(process.execPath, [CHILD, dir, url], { stdio: ['ignore', 'pipe', 'inherit'] });
  let count = 0;
  createInterface({ input: child.stdout }).on('line', (what) => {
    count += 1;
    if (isDue(what, count)) child.kill('SIGKILL');
  });
  const [code] = await once(child, 'close');
  return code === 0;
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'inferscan-bulk-'));
  await writeHistory(dir, { seed: 11, jobs: JOBS });
  const oneByOne = await newDatabase();
  expect(await index(oneByOne, 170, false)).toBe(0);
  expected = await dumpDatabase(oneByOne.database);
  expect(expected.job).toHaveLength(JOBS);
});

afterAll(async () => {
  await Promise.all(databases.map((database) => database.drop()));
  await rm(dir, { recursive: true, force: true });
});

describe('a history that is loaded in bulk', () => {
  it('gives the same tables, indexes and triggers as one that is stored bit by bit', async () => {
    const loaded = await newDatabase();
    expect(await index(loaded, 700, true)).toBe(expected.chain_transaction?.length);
    expect(await dumpDatabase(loaded.database)).toEqual(expected);
  });

  it('marks its hours to be counted from the newest one back', async () => {
    const loaded = await newDatabase();
    await index(loaded, 700, true);
    const { rows } = await loaded.database.pool.query<{ hour: bigint }>(
      'SELECT hour FROM rollup_dirty ORDER BY id',
    );
    const hours = rows.map(({ hour }) => Number(hour));
    expect(hours.length).toBeGreaterThan(1);
    expect(hours).toEqual(hours.toSorted((left, right) => right - left));
  });

  it('gives the same tables when it is killed again and again', async () => {
    const killed = await newDatabase();
    let kills = 0;
    while (!(await loadUntil(killed.url, (what, count) => what === 'batch' && count > 6 + 3 * kills)))
      kills++;
    expect(kills).toBeGreaterThan(2);
    expect(await dumpDatabase(killed.database)).toEqual(expected);
  });

  it('gives the same tables when it is killed while it puts the indexes back', async () => {
    const killed = await newDatabase();
    expect(await loadUntil(killed.url, (what) => what === 'finish')).toBe(false);
    const { rows } = await killed.database.pool.query<{ name: string }>(
      "SELECT conrelid::regclass::text AS name FROM pg_constraint WHERE contype = 'p'",
    );
    const keyed = rows.map(({ name }) => name);
    expect(keyed).toEqual(expect.arrayContaining(['event', 'ledger_entry', 'job', 'content']));
    expect(keyed).not.toContain('chain_transaction');
    expect(await loadUntil(killed.url, () => false)).toBe(true);
    expect(await dumpDatabase(killed.database)).toEqual(expected);
  });

  it('keeps each index that was built when it is killed or stopped meanwhile', async () => {
    const killed = await newDatabase();
    const left = async (): Promise<number> =>
      (await killed.database.pool.query('SELECT FROM deferred_index')).rowCount ?? 0;
    let steps = 0;
    await loadUntil(killed.url, (what) => what === 'step' && ++steps === 6);
    const leftByKilled = await left();
    expect(leftByKilled).toBeGreaterThan(6);

    const stop = new AbortController();
    const told: Finishing[] = [];
    const stopped = index(killed, 700, true, stop.signal, (finishing) => {
      told.push(finishing);
      if (told.length === 5) stop.abort();
    });
    await expect(stopped).rejects.toThrow(/abort/);
    // The fifth was begun, and is ended.
    expect(await left()).toBe(leftByKilled - 5);
    expect(told.map(({ done }) => done)).toEqual([0, 1, 2, 3, 4]);

    const rest: Finishing[] = [];
    await index(killed, 700, true, undefined, (finishing) => rest.push(finishing));
    expect(rest).toHaveLength(leftByKilled - 5 + 1);
    expect(rest.at(-1)).toMatchObject({ step: 'statistics' });
    expect(await left()).toBe(0);
    expect(await dumpDatabase(killed.database)).toEqual(expected);
  });

  it('does not touch a database that holds anything', async () => {
    const begun = await newDatabase();
    await index(begun, 170, false);
    const store = createPostgresStore({ database: begun.database, cluster: NETWORK.cluster });
    expect(await store.bulkLoad(100_000)).toBeNull();
    expect(await store.bulkLoad(0)).toBeNull();
  });
});
