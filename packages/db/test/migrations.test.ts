import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { MIGRATIONS_FOLDER, MigrationError, migrate } from '../src/migrations/migrate.js';
import { TABLES } from '../src/tables/tables.js';
import { createTestDatabase, type TestDatabase } from '../src/testing/index.js';
import { describeCatalog } from './support/catalog.js';
import { sqlOfSchema } from './support/schema-sql.mjs';

let empty: TestDatabase;
let folder: string;

beforeEach(async () => {
  empty = await createTestDatabase({ content: 'empty' });
  folder = await mkdtemp(join(tmpdir(), 'inferscan-migrations-'));
  await cp(MIGRATIONS_FOLDER, folder, { recursive: true });
});

afterEach(async () => {
  await empty.drop();
  await rm(folder, { recursive: true, force: true });
});

async function addMigration(name: string, sql: string): Promise<void> {
  await mkdir(join(folder, name), { recursive: true });
  await writeFile(join(folder, name, 'migration.sql'), sql);
}

describe('the schema', () => {
  it('is what the migrations make', async () => {
    const schema = await readFile(
      fileURLToPath(new URL('../../../prisma/schema.prisma', import.meta.url)),
      'utf8',
    );
    await empty.database.pool.query(await sqlOfSchema(schema, empty.url));
    const migrated = await createTestDatabase();
    try {
      const lines = await describeCatalog(migrated.database.pool);
      expect(lines.length).toBeGreaterThan(100);
      expect(lines).toEqual(await describeCatalog(empty.database.pool));
    } finally {
      await migrated.drop();
    }
  });

  it('has indexes beside it that Prisma cannot say', async () => {
    const { rows } = await (await useMigrated()).database.pool.query<{ line: string }>(
      `SELECT replace(indexdef, ' ON ONLY ', ' ON ') AS line FROM pg_indexes JOIN pg_class AS c ON c.oid = tablename::regclass
       WHERE schemaname = 'public' AND NOT c.relispartition AND indexdef ~ 'INCLUDE| WHERE |COALESCE' ORDER BY 1`,
    );
    expect(rows.map(({ line }) => line.replace(/^.* USING btree /, ''))).toEqual([
      '(updated_position) WHERE (closed_at IS NOT NULL)',
      '(COALESCE(ended_at, listed_at))',
      "(id) WHERE ((closed_at IS NULL) OR (status = 'queued'::text))",
      '(market, "position") INCLUDE (kind, amount, vault_delta)',
      "(state, split_part(job_id, '@'::text, 2)) WHERE (state IS NOT NULL)",
      '(job_id) WHERE (ended_by IS NULL)',
      '(node, started_position) INCLUDE (job) WHERE (ended_signature IS NULL)',
    ]);
  });

  it('has the columns and keys that bulk writes name', async () => {
    const { pool } = (await useMigrated()).database;
    for (const { table, key, columns } of Object.values(TABLES)) {
      const { rows } = await pool.query<{ name: string; type: string }>(
        `SELECT attname AS name, format_type(atttypid, NULL) AS type FROM pg_attribute
         WHERE attrelid = $1::regclass AND attnum > 0`,
        [table],
      );
      const types = new Map(
        rows.map(({ name, type }) => [name, type.replace('timestamp with time zone', 'timestamptz')]),
      );
      for (const [name, type] of Object.entries(columns))
        expect(types.get(name), `${table}.${name}`).toBe(type);
      // Content is filled in later by columns that bulk writes do not know.
      if (table !== 'content') expect(types.size, table).toBe(Object.keys(columns).length);
      const primary = await pool.query<{ name: string }>(
        `SELECT attname AS name FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey)
         WHERE indrelid = $1::regclass AND indisprimary`,
        [table],
      );
      expect(primary.rows.map(({ name }) => name).sort(), table).toEqual([...key].sort());
    }
  });

  async function useMigrated(): Promise<TestDatabase> {
    await migrate(empty.url);
    return empty;
  }
});

describe('migrate', () => {
  it('applies once, also when several processes start together', async () => {
    const results = await Promise.all([1, 2, 3, 4].map(() => migrate(empty.url, { folder })));
    const all = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory());
    expect(results.flat()).toEqual(all.map(({ name }) => name).sort());
    expect(await migrate(empty.url, { folder })).toEqual([]);
    const { rows } = await empty.database.pool.query(
      'SELECT * FROM _prisma_migrations ORDER BY migration_name',
    );
    expect(rows).toHaveLength(all.length);
    expect(rows[0]).toMatchObject({
      migration_name: '0001_init',
      applied_steps_count: 1,
      rolled_back_at: null,
    });
  });

  it('takes a failed migration back whole and goes on where it stopped', async () => {
    await addMigration('0900_more', 'CREATE TABLE more (id int); SELECT 1 / 0;');
    await expect(migrate(empty.url, { folder })).rejects.toThrow(/0900_more: division by zero/);
    const { rows } = await empty.database.pool.query(
      "SELECT to_regclass('more') AS more, to_regclass('job') AS job",
    );
    expect(rows).toEqual([{ more: null, job: 'job' }]);
    await addMigration('0900_more', 'CREATE TABLE more (id int);');
    expect(await migrate(empty.url, { folder })).toEqual(['0900_more']);
  });

  it('refuses a migration that was changed after it was applied, but not one with other line ends', async () => {
    await migrate(empty.url, { folder });
    const file = join(folder, '0001_init', 'migration.sql');
    const sql = await readFile(file, 'utf8');
    await writeFile(file, sql.replaceAll('\n', '\r\n'));
    expect(await migrate(empty.url, { folder })).toEqual([]);
    await writeFile(file, `${sql}-- late thought\n`);
    await expect(migrate(empty.url, { folder })).rejects.toThrow(
      /0001_init: was changed after it was applied/,
    );
  });

  it('refuses a database that a newer version made', async () => {
    await addMigration('0900_newer', 'SELECT 1;');
    await migrate(empty.url, { folder });
    await expect(migrate(empty.url)).rejects.toBeInstanceOf(MigrationError);
    await expect(migrate(empty.url)).rejects.toThrow(/0900_newer/);
  });
});
