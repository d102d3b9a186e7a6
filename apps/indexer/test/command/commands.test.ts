import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createTestDatabase, type TestDatabase } from '@inferscan/db/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { openArchive } from '../../src/archive/archive.js';
import { readManifest } from '../../src/archive/names.js';
import { EXPORT_TABLES } from '../../src/command/export/tables.js';
import { startTestChain, type TestChain } from '../support/chain.js';
import { type Finished, runCommand, startCommand } from '../support/command.js';
import { startIndexer, stored } from '../support/indexing.js';
import { createLives, type Lives } from '../support/lives.js';
import { createRandom, testSeed } from '../support/random.js';
import { dumpTables } from '../support/tables.js';

const seed = testSeed();
let chain: TestChain;
let followed: TestDatabase;
let filled: TestDatabase;
let lives: Lives;
let folder: string;

const environmentOf = (database: TestDatabase): Record<string, string> => ({
  RPC_URL: chain.net.url,
  WS_URL: chain.net.wsUrl,
  DATABASE_URL: database.url,
  IPFS_GATEWAYS: 'http://127.0.0.1:9',
  ARCHIVE_DIR: join(folder, 'archive'),
});
const run = (args: readonly string[], database: TestDatabase): Promise<Finished> =>
  runCommand(args, environmentOf(database));

async function finalSlot(): Promise<bigint> {
  return chain.rpc.getSlot({ commitment: 'finalized' }).send();
}
/** Until the last transaction of all lives is final. */
async function allFinal(): Promise<void> {
  const { rows } = await followed.database.pool.query<{ slot: bigint }>(
    'SELECT max(slot) AS slot FROM chain_transaction',
  );
  await vi.waitFor(async () => expect(await finalSlot()).toBeGreaterThan(rows[0]?.slot ?? 0n), {
    timeout: 60_000,
    interval: 200,
  });
}

beforeAll(async () => {
  console.log(`commands: TEST_SEED=${seed}`);
  folder = await mkdtemp(join(tmpdir(), 'inferscan-commands-'));
  chain = await startTestChain();
  [followed, filled] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  lives = await createLives(chain, createRandom(seed));
  const indexer = startIndexer({
    rpcUrl: chain.net.url,
    wsUrl: chain.net.wsUrl,
    databaseUrl: followed.url,
  });
  for (let steps = 0; steps < 60; steps++) await lives.step();
  await stored(followed.database, lives.lastSignature);
  await allFinal();
  await indexer.stop();
});
afterAll(async () => {
  await Promise.all([followed.drop(), filled.drop()]);
  await chain.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('backfill', () => {
  it('reads all that is final and ends, wherever it was stopped before', async () => {
    const stopped = startCommand(['backfill'], environmentOf(filled));
    await vi.waitFor(() => expect(stopped.stderr()).toContain('"msg":"indexing"'), {
      timeout: 30_000,
      interval: 10,
    });
    stopped.child.kill('SIGINT');
    const first = await stopped.finished;
    // It may have been quicker than the signal.
    expect([0, 130]).toContain(first.code);

    const { code, stdout } = await run(['backfill'], filled);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /backfill: everything up to slot [\d,]+ is stored: slot [\d,]+, [\d,]+ transactions in/,
    );
    expect(await dumpTables(filled.database)).toEqual(await dumpTables(followed.database));
    const again = await run(['backfill'], filled);
    expect(again).toMatchObject({ code: 0, stdout: expect.stringMatching(/, 0 transactions in/) });
  });

  it('does not wait behind another indexer', async () => {
    const indexer = startIndexer({
      rpcUrl: chain.net.url,
      wsUrl: chain.net.wsUrl,
      databaseUrl: filled.url,
    });
    await indexer.ready;
    const refused = await Promise.all([run(['backfill'], filled), run(['refold'], filled)]);
    await indexer.stop();
    for (const { code, stderr } of refused) {
      expect(code).toBe(1);
      expect(stderr).toMatch(/another indexer is writing to this database/);
    }
  });
});

describe('refold and verify', () => {
  it('find that everything agrees, tell what does not, and put it right', async () => {
    const good = await run(['verify', '--json'], filled);
    expect(JSON.parse(good.stdout)).toMatchObject({
      agrees: true,
      coverage: { problems: [] },
      vaults: { differing: [], ahead: [] },
      archive: { damaged: [], gaps: [] },
    });
    expect(good.code).toBe(0);
    const before = await dumpTables(filled.database);

    const { pool } = filled.database;
    await pool.query('UPDATE ledger_entry SET vault_delta = vault_delta + 1');
    await pool.query('UPDATE job SET timeout = timeout + 1');
    const bad = await run(['verify'], filled);
    expect(bad.code).toBe(3);
    expect(bad.stdout).toMatch(/^ {2}job: 0 missing, \d+ changed, 0 that no event explains$/m);
    expect(bad.stdout).toMatch(/^ {4}changed \S+: timeout \d+ instead of \d+$/m);
    expect(bad.stdout).toMatch(/^ {2}\S+ holds \d+, its ledger adds up to \d+$/m);
    expect(bad.stdout).toMatch(/not everything agrees\n$/);

    const { code, stdout } = await run(['refold'], filled);
    expect(code).toBe(0);
    expect(stdout).toMatch(/refold: [\d,]+ events of [\d,]+ transactions, [\d,]+\/s; [\d,]+ rows put right/);
    expect(await dumpTables(filled.database)).toEqual(before);
    const again = await run(['refold', '--json'], filled);
    expect(JSON.parse(again.stdout)).toMatchObject({ events: before.event?.length });
    expect(again.stderr).toContain('; the tables were right');
    expect((await run(['verify', '--offline'], filled)).code).toBe(0);
  });

  it('find what is damaged in the archive, and a checkpoint that is not where the tables end', async () => {
    const archive = join(folder, 'archive');
    const manifest = await readManifest(archive);
    if (manifest === null) throw new Error('there is no archive');
    const writer = await openArchive({ dir: archive, ...manifest });
    await writer.rotate();
    await writer.close();
    const victim = (await readdir(archive)).find((name) => name.endsWith('.segment'));
    if (victim === undefined) throw new Error('the archive has no segment');
    const path = join(archive, victim);
    const whole = await readFile(path);
    const torn = Buffer.from(whole);
    const middle = Math.floor(torn.length / 2);
    torn.writeUInt8(torn.readUInt8(middle) ^ 0xff, middle);
    await writeFile(path, torn);
    const { code, stdout } = await run(['verify', '--json', '--offline'], filled);
    await writeFile(path, whole);
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ agrees: false, archive: { damaged: [{ file: victim }] } });

    await filled.database.pool.query('UPDATE checkpoint SET signature = NULL');
    const { stdout: uncovered } = await run(['verify', '--json', '--offline'], filled);
    expect(JSON.parse(uncovered)).toMatchObject({
      agrees: false,
      coverage: { problems: [expect.stringMatching(/^the checkpoint names no transaction/)] },
    });
  });
});

describe('export', () => {
  it('writes every table as it is, in both formats, and nothing over what is there', async () => {
    const out = join(folder, 'all');
    const csv = await run(['export', '--out', out], followed);
    expect(csv.code).toBe(0);
    const json = await run(['export', '--out', out, '--format', 'ndjson'], followed);
    expect(json.code).toBe(0);
    const files = await readdir(out);
    expect(files.filter((name) => name.endsWith('.part'))).toEqual([]);
    // Each table once in each format.
    expect(files).toHaveLength(2 * EXPORT_TABLES.length);

    const { rows } = await followed.database.pool.query('SELECT * FROM job ORDER BY id');
    const lines = (await readFile(join(out, 'jobs.ndjson'), 'utf8')).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as { id: string; deposited: string })).toMatchObject(
      rows.map(({ id, deposited }) => ({ id, deposited: String(deposited) })),
    );
    const [head, ...table] = (await readFile(join(out, 'jobs.csv'), 'utf8')).trimEnd().split('\n');
    expect(head).toMatch(/^id,address,market,/);
    expect(table).toHaveLength(rows.length);
    const events = (await readFile(join(out, 'events.ndjson'), 'utf8')).trimEnd().split('\n');
    const { rows: logged } = await followed.database.pool.query(
      'SELECT position, accounts, args FROM event ORDER BY position',
    );
    expect(events.map((line) => JSON.parse(line) as unknown)).toMatchObject(logged);

    const refused = await run(['export', '--out', out, '--table', 'jobs'], followed);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('--force writes over it') });
    expect((await run(['export', '--out', out, '--table', 'jobs', '--force'], followed)).code).toBe(0);
  });

  it('writes what lies between two slots', async () => {
    const { rows } = await followed.database.pool.query<{ slot: bigint }>(
      'SELECT DISTINCT slot FROM ledger_entry ORDER BY slot',
    );
    const [from, to] = [rows[3]?.slot ?? 0n, rows[6]?.slot ?? 0n];
    const out = join(folder, 'window');
    const args = ['--from', String(from), '--to', String(to), '--format', 'ndjson', '--table', 'ledger,jobs'];
    expect((await run(['export', '--out', out, ...args], followed)).code).toBe(0);
    const read = async (name: string): Promise<Record<string, string>[]> =>
      (await readFile(join(out, name), 'utf8'))
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Record<string, string>);
    const slots = new Set((await read('ledger.ndjson')).map(({ slot }) => BigInt(slot ?? 0)));
    expect([...slots]).toEqual(rows.slice(3, 7).map(({ slot }) => slot));
    const jobs = await read('jobs.ndjson');
    const listed = await followed.database.pool.query(
      'SELECT id FROM job WHERE split_part(listed_position, $1, 1)::bigint BETWEEN $2 AND $3 ORDER BY id',
      ['-', from, to],
    );
    expect(jobs.map(({ id }) => ({ id }))).toEqual(listed.rows);
  });
});
