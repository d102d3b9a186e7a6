import { createTestDatabase, type TestDatabase } from '@inferscan/db/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { countDifferences, refold } from '../../src/command/refold/refold.js';
import { verifyCoverage } from '../../src/command/verify/coverage.js';
import { type Reconciliation, reconcile } from '../../src/reconcile/reconcile.js';
import { rebuildSome } from '../../src/rollup/rebuild.js';
import { createRpcClient } from '../../src/rpc/client.js';
import { startTestChain, type TestChain } from '../support/chain.js';
import { recordsInTables, recordsOnChain } from '../support/compare-chain.js';
import { type RunningIndexer, startIndexer, stored } from '../support/indexing.js';
import { createLives } from '../support/lives.js';
import { createRandom, testSeed } from '../support/random.js';
import { happenedSince, openNow } from '../support/since.js';
import { dumpTables } from '../support/tables.js';

const STEPS = 80;
const seed = testSeed();
let chain: TestChain;
let begun: TestDatabase;
let full: TestDatabase;
let slot: bigint;
/** The tables when nothing had happened since the beginning. */
let atFirst: Record<string, string[]>;
let firstLook: Reconciliation;

const start = (database: TestDatabase, startAt?: 'now'): RunningIndexer =>
  startIndexer({
    rpcUrl: chain.net.url,
    wsUrl: chain.net.wsUrl,
    databaseUrl: database.url,
    variables: startAt === undefined ? {} : { START_AT: startAt },
  });

const look = (): Promise<Reconciliation> =>
  reconcile(
    {
      database: begun.database,
      rpc: createRpcClient({ url: chain.net.url }),
      network: chain.network,
      stored: async () => {},
    },
    new AbortController().signal,
  );

beforeAll(async () => {
  console.log(`bootstrap: TEST_SEED=${seed}`);
  chain = await startTestChain();
  begun = await createTestDatabase();
  full = await createTestDatabase();
  const lives = await createLives(chain, createRandom(seed));
  for (let step = 0; step < STEPS; step++) await lives.step();
  await chain.final(lives.lastSignature);
  const first = start(begun, 'now');
  await first.ready;
  await first.stop();
  slot =
    (await begun.database.pool.query<{ slot: bigint }>('SELECT slot FROM bootstrap')).rows[0]?.slot ?? -1n;
  atFirst = await dumpTables(begun.database);
  firstLook = await look();
  // The setting stays, as operators leave it: the database is not empty any more.
  const second = start(begun, 'now');
  for (let step = 0; step < STEPS; step++) await lives.step();
  await stored(begun.database, lives.lastSignature);
  await second.stop();
  const other = start(full);
  await stored(full.database, lives.lastSignature);
  await other.stop();
  await chain.final(lives.lastSignature);
}, 300_000);

afterAll(async () => {
  await Promise.all([begun.drop(), full.drop()]);
  await chain.stop();
});

const rowsOf = async <Row extends object>(sql: string): Promise<Row[]> =>
  (await begun.database.pool.query<Row>(sql)).rows;

describe('an index that begins in the middle of random lives', () => {
  it('knows every open account and every vault, and no transaction', () => {
    expect(firstLook.differences).toEqual([]);
    expect(firstLook.accounts).toBeGreaterThan(10);
    expect(firstLook.vaults).toBeGreaterThan(2);
    expect(atFirst.chain_transaction).toEqual([]);
    expect(atFirst.event).toEqual([]);
    expect(atFirst.job?.length).toBeGreaterThan(3);
  });

  it('goes on to what one that read everything says, in all that can be known', async () => {
    const since = await happenedSince(begun.database, slot);
    expect(since.events?.length).toBeGreaterThan(STEPS / 2);
    expect(since.endedRuns?.length).toBeGreaterThan(0);
    expect(since).toEqual(await happenedSince(full.database, slot));
    expect(await openNow(begun.database)).toEqual(await openNow(full.database));
    expect(await rowsOf('SELECT * FROM anomaly')).toEqual([]);
  });

  it('has ledgers that add up to the vaults, from an opening balance on', async () => {
    expect(await recordsInTables(begun.database)).toEqual(await recordsOnChain(chain));
    const openings = await rowsOf<{ slot: bigint; signature: string | null }>(
      "SELECT slot, signature FROM ledger_entry WHERE kind = 'opening'",
    );
    expect(openings.length).toBeGreaterThan(0);
    for (const opening of openings) expect(opening).toEqual({ slot, signature: null });
  });

  it('agrees with the chain at the end, too', async () => {
    expect((await look()).differences).toEqual([]);
  });

  it('says of jobs from before that it did not see them being listed, and counts nodes from there on', async () => {
    const { rows } = await begun.database.pool.query<{ n: bigint }>(
      `SELECT count(*) AS n FROM job WHERE listed_signature IS NULL
       AND (listed_at IS NOT NULL OR substr(listed_position, 1, 12)::bigint <> $1)`,
      [slot],
    );
    expect(rows).toEqual([{ n: 0n }]);
    const counted = `
      SELECT node.address, runs_started, runs_finished, runs_ended, runs_quit, earned FROM node ORDER BY address`;
    const summed = `
      SELECT node.address, count(run.id) FILTER (WHERE started_signature IS NOT NULL)::int AS runs_started,
        count(*) FILTER (WHERE ended_by = 'finish')::int AS runs_finished,
        count(*) FILTER (WHERE ended_by = 'end')::int AS runs_ended,
        count(*) FILTER (WHERE ended_by = 'quit')::int AS runs_quit, coalesce(sum(paid), 0) AS earned
      FROM node LEFT JOIN run ON run.node = node.address GROUP BY node.address ORDER BY node.address`;
    expect(await rowsOf(counted)).toEqual(await rowsOf(summed));
  });

  it('is what folding its events again gives, beginning with the same accounts', async () => {
    const { database } = begun;
    const again = () => refold({ database, network: chain.network, apply: true });
    const report = await again();
    expect(report.tables.flatMap(({ first }) => first)).toEqual([]);
    const before = await dumpTables(database);
    await database.pool.query('UPDATE job SET timeout = timeout + 1 WHERE listed_signature IS NULL');
    await database.pool.query("DELETE FROM ledger_entry WHERE kind = 'opening'");
    expect(countDifferences((await again()).tables)).toBeGreaterThan(1);
    expect(await dumpTables(database)).toEqual(before);
    expect((await verifyCoverage(database)).problems).toEqual([]);
  });

  it('counts no figures for hours before it', async () => {
    const { pool } = begun.database;
    const hours = async () => {
      while (await rebuildSome(begun.database));
      return rowsOf<{ starts_at: bigint }>(
        "SELECT DISTINCT starts_at FROM rollup WHERE granularity = 'hour'",
      );
    };
    const [beginning] = await rowsOf<{ hour: bigint }>(
      'SELECT rollup_hour(block_time) AS hour FROM bootstrap',
    );
    // As if one of the jobs that it found had been running for long.
    const { rowCount } = await pool.query(
      `UPDATE job SET started_at = started_at - 7200 WHERE listed_signature IS NULL AND started_at IS NOT NULL`,
    );
    expect(rowCount).toBeGreaterThan(0);
    const counted = await hours();
    expect(counted.length).toBeGreaterThan(0);
    for (const { starts_at: at } of counted) expect(at).toBeGreaterThanOrEqual(beginning?.hour ?? 0n);
  });
});
