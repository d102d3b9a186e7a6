import { createTestDatabase, type TestDatabase } from '@inferscan/db/testing';
import { networkConfig } from '@inferscan/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { countDifferences, refold } from '../../src/command/refold/refold.js';
import { expectTrueCounts } from '../rollup/counts.js';
import { startTestChain, type TestChain } from '../support/chain.js';
import { startIndexer, stored } from '../support/indexing.js';
import { createLives } from '../support/lives.js';
import { createRandom, testSeed } from '../support/random.js';
import { dumpTables } from '../support/tables.js';

const network = networkConfig('localnet');
const seed = testSeed();
let chain: TestChain;
let database: TestDatabase;
let followed: Record<string, string[]>;
let undone: unknown[];

const undoRows = async (): Promise<unknown[]> =>
  (
    await database.database.pool.query(
      'SELECT * FROM undo WHERE slot > (SELECT finalized_slot FROM checkpoint) ORDER BY slot, table_name, key',
    )
  ).rows;

beforeAll(async () => {
  console.log(`refold: TEST_SEED=${seed}`);
  chain = await startTestChain(50, { control: true });
  database = await createTestDatabase();
  const target = { rpcUrl: chain.net.url, wsUrl: chain.net.wsUrl, databaseUrl: database.url };
  const indexer = startIndexer(target);
  const lives = await createLives(chain, createRandom(seed));
  for (let steps = 0; steps < 150; steps++) await lives.step();
  // However slow the indexer is, what came last does not become final before it is stored.
  await chain.confirmed(lives.lastSignature);
  await chain.control('pause');
  await stored(database.database, lives.lastSignature);
  await indexer.stop();
  followed = await dumpTables(database.database);
  undone = await undoRows();
});
afterAll(async () => {
  await database.drop();
  await chain.stop();
});

describe('folding the event log again', () => {
  it('gives the tables that following gave, with what the last slots replaced', async () => {
    const report = await refold({ database: database.database, network, apply: false });
    expect(report.tables.flatMap(({ first }) => first)).toEqual([]);
    expect(countDifferences(report.tables)).toBe(0);
    expect(report.events).toBe(followed.event?.length);
    // Some was final, and some was not.
    const { rows } = await database.database.pool.query(
      'SELECT DISTINCT slot <= (SELECT finalized_slot FROM checkpoint) AS final FROM event',
    );
    expect(rows).toHaveLength(2);
    expect(undone.length).toBeGreaterThan(0);
  });

  it('puts right whatever was damaged, tells what it was, and changes nothing when it is only to compare', async () => {
    const { pool } = database.database;
    const damage = [
      "UPDATE job SET paid = paid + 1, status = 'running' WHERE id IN (SELECT id FROM job ORDER BY id LIMIT 7)",
      'DELETE FROM job WHERE id IN (SELECT id FROM job ORDER BY id DESC LIMIT 3)',
      'DELETE FROM ledger_entry WHERE slot % 3 = 0',
      'UPDATE ledger_entry SET amount = amount + 5 WHERE slot % 3 = 1',
      'TRUNCATE run',
      "UPDATE market SET queue = ARRAY['nobody'], vault_balance = 0",
      "INSERT INTO node SELECT 'somebody', 1, 1, NULL, 1, 1, 1, 1, 1",
      "INSERT INTO anomaly VALUES ('000000000001-000000-000-000', 'signature', 'made up')",
      "UPDATE event SET node = 'somebody', job = NULL WHERE instruction IN ('work', 'end')",
      'DELETE FROM undo',
    ];
    for (const statement of damage) await pool.query(statement);
    const damaged = await dumpTables(database.database);
    const compared = await refold({ database: database.database, network, apply: false });
    const of = (table: string) => compared.tables.find((each) => each.table === table);
    expect(of('job')).toMatchObject({ changed: 7, missing: 3, extra: 0 });
    expect(of('job')?.first[0]?.columns).toHaveProperty('paid');
    expect(of('node')).toMatchObject({ extra: 1 });
    expect(of('anomaly')).toMatchObject({ extra: 1, changed: 0 });
    expect(of('run')).toMatchObject({ missing: followed.run?.length });
    expect(of('event')?.changed).toBeGreaterThan(0);
    expect(of('undo')).toMatchObject({ missing: undone.length });
    expect(await dumpTables(database.database)).toEqual(damaged);

    await refold({ database: database.database, network, apply: true });
    expect(await dumpTables(database.database)).toEqual(followed);
    expect(await undoRows()).toEqual(undone);
    const again = await refold({ database: database.database, network, apply: false });
    expect(countDifferences(again.tables)).toBe(0);
    // Every job that is over has an outcome again.
    const { rows } = await pool.query(
      `SELECT count(*) AS n FROM job WHERE status NOT IN ('queued', 'running')
       AND NOT EXISTS (SELECT FROM result_facts WHERE job_id = job.id)`,
    );
    expect(rows).toEqual([{ n: 0n }]);
  });

  it('counts and adds up anew what was counted wrong, and tells so', async () => {
    const { pool } = database.database;
    await pool.query("INSERT INTO outcome_count VALUES ('somebody', 'success', 3), ('nobody', 'failed', 0)");
    await pool.query(
      'UPDATE job_count SET jobs = jobs + 1, paid = paid + 7 WHERE (market, node, status) = (SELECT market, node, status FROM job_count WHERE jobs > 0 ORDER BY 1 DESC, 2 DESC, 3 DESC LIMIT 1)',
    );
    await pool.query(
      'DELETE FROM job_count WHERE (market, node, status) = (SELECT market, node, status FROM job_count WHERE jobs > 0 ORDER BY 1, 2, 3 LIMIT 1)',
    );
    await pool.query("INSERT INTO project_count VALUES ('somebody', 1)");
    await pool.query('UPDATE run_count SET earned = earned + 1');
    await pool.query("DELETE FROM ledger_sum WHERE kind = 'deposit'");
    // Shares of two connections that add up to what is there are right.
    await pool.query("INSERT INTO content_count VALUES ('pending', -1, 5, 0), ('pending', -2, -5, 0)");
    await pool.query("INSERT INTO content_count VALUES ('nowhere', -1, 2, 1)");
    const compared = await refold({ database: database.database, network, apply: false });
    const differing = compared.tables.filter(({ missing, changed, extra }) => missing + changed + extra > 0);
    expect(differing.map(({ table }) => table)).toEqual([
      'job_count',
      'outcome_count',
      'project_count',
      'run_count',
      'ledger_sum',
      'content_count',
    ]);
    const [, , projects, runs, ledger, documents] = differing;
    expect(projects).toMatchObject({ missing: 0, changed: 0, extra: 1 });
    expect(runs?.changed).toBe(runs?.rows);
    expect(ledger?.missing).toBeGreaterThan(0);
    expect(documents).toMatchObject({ missing: 0, changed: 0, extra: 1, first: [{ key: 'nowhere' }] });
    expect(differing[0]).toMatchObject({ missing: 1, changed: 1, extra: 0 });
    expect(differing[0]?.first.map(({ columns }) => Object.keys(columns))).toContainEqual(['jobs', 'paid']);
    expect(differing[1]).toMatchObject({ missing: 0, changed: 0, extra: 1, first: [{ kind: 'extra' }] });

    await refold({ database: database.database, network, apply: true });
    expect(await dumpTables(database.database)).toEqual(followed);
    await expectTrueCounts(database.database);
    const again = await refold({ database: database.database, network, apply: false });
    expect(countDifferences(again.tables)).toBe(0);
  });

  it('leaves everything as it was when it is stopped on the way', async () => {
    const { pool } = database.database;
    await pool.query('DELETE FROM ledger_entry WHERE slot % 2 = 0');
    const damaged = await dumpTables(database.database);
    const stop = new AbortController();
    const stopped = refold({
      database: database.database,
      network,
      apply: true,
      signal: stop.signal,
      onProgress: ({ stage }) => {
        if (stage === 'comparing') stop.abort(new Error('enough'));
      },
    });
    await expect(stopped).rejects.toThrow('enough');
    expect(await dumpTables(database.database)).toEqual(damaged);
    await refold({ database: database.database, network, apply: true });
    expect(await dumpTables(database.database)).toEqual(followed);
  });
});
