import { createTestDatabase, type TestDatabase } from '@inferscan/db/testing';
import { networkConfig } from '@inferscan/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { openArchive } from '../src/archive/archive.js';
import { programsOf } from '../src/source/scope.js';
import { createPostgresStore } from '../src/store/postgres-store.js';
import { createFolders, GENESIS } from './support/archive-folder.js';
import { startTestChain } from './support/chain.js';
import { startIndexer } from './support/indexing.js';
import { createLives } from './support/lives.js';
import { createRandom, testSeed } from './support/random.js';
import { dumpTables } from './support/tables.js';

const network = networkConfig('localnet');
const folders = createFolders();
let database: TestDatabase;

beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  await database.drop();
  await folders.remove();
});

const open = () => createPostgresStore({ database: database.database, cluster: 'localnet' }).open(GENESIS);

describe('a database', () => {
  it('is bound to the addresses that are followed', async () => {
    await open();
    await open();
    const { rows } = await database.database.pool.query('SELECT scope FROM checkpoint');
    expect(rows).toEqual([{ scope: programsOf(network) }]);
  });

  it.each([
    ['an older version filled it', null, 'the jobs program alone'],
    ['it lacks one of them', [network.jobsProgram], network.jobsProgram],
  ])('is refused when %s, and told what to do', async (_, scope, holds) => {
    await open();
    await database.database.pool.query(`UPDATE checkpoint SET signature = 'stored', scope = $1`, [scope]);
    const refusal = await open().catch((error: unknown) => error);
    expect(refusal).toMatchObject({ name: 'WrongScopeError' });
    expect(String(refusal)).toContain(`holds ${holds}`);
    expect(String(refusal)).toContain(network.stakingProgram);
    expect(String(refusal)).toMatch(/DATABASE_URL.*--reset/);
  });

  it('takes the addresses that are followed now while it holds nothing', async () => {
    await open();
    await database.database.pool.query('UPDATE checkpoint SET scope = NULL');
    await open();
    const { rows } = await database.database.pool.query('SELECT scope FROM checkpoint');
    expect(rows).toEqual([{ scope: programsOf(network) }]);
  });
});

describe('a localnet’s database that an older version filled', () => {
  it('is begun anew without asking', async () => {
    const chain = await startTestChain();
    const target = { rpcUrl: chain.net.url, wsUrl: chain.net.wsUrl, databaseUrl: database.url };
    const index = async (): Promise<Record<string, string[]>> => {
      const indexer = startIndexer(target);
      await indexer.ready;
      await indexer.stop();
      return dumpTables(database.database);
    };
    const lives = await createLives(chain, createRandom(testSeed()));
    for (let step = 0; step < 10; step++) await lives.step();
    await chain.confirmed(lives.lastSignature);
    const tables = await index();
    await database.database.pool.query('UPDATE checkpoint SET scope = NULL');
    await database.database.pool.query('DELETE FROM event');
    expect(await index()).toEqual(tables);
    await chain.stop();
  });
});

describe('an archive of other addresses', () => {
  it('is refused, and told what to do', async () => {
    const dir = await folders.make();
    const archive = await openArchive({ dir, genesisHash: GENESIS, scope: [network.jobsProgram] });
    await archive.close();
    const scope = programsOf(network);
    await expect(openArchive({ dir, genesisHash: GENESIS, scope })).rejects.toThrow(
      /history it cannot give: set ARCHIVE_DIR to another folder/,
    );
  });
});
