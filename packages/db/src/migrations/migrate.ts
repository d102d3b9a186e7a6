import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import pg from 'pg';

/** The migrations of this repository; the same relative place from src/ and from dist/. */
export const MIGRATIONS_FOLDER = fileURLToPath(new URL('../../../../prisma/migrations', import.meta.url));

/** The lock that Prisma's own `migrate deploy` takes: the two exclude each other. */
const MIGRATION_LOCK = 72_707_369;

export class MigrationError extends Error {
  override readonly name = 'MigrationError';

  constructor(
    /** Name of the migration's folder. */
    readonly migration: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(`migration ${migration}: ${message}`, options);
  }
}

export interface MigrateOptions {
  /** Folder of `NAME/migration.sql`. Default: this repository's. */
  readonly folder?: string;
}

interface Migration {
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

interface AppliedRow {
  migration_name: string;
  checksum: string;
  finished_at: Date | null;
}

/**
 * Brings a database up to date: each missing migration in a transaction of its own, in order of names,
 * recorded in Prisma's `_prisma_migrations`. Several processes may call it at once; one does the work.
 * @returns names of the migrations applied now
 * @throws MigrationError if one fails, was changed after it was applied, or is unknown here (a newer database)
 */
export async function migrate(url: string, options: MigrateOptions = {}): Promise<string[]> {
  const migrations = await readMigrations(options.folder ?? MIGRATIONS_FOLDER);
  const client = new pg.Client({ connectionString: url, application_name: 'inferscan-migrate' });
  // Between two queries a lost connection is only an event; the next query tells.
  client.on('error', () => {});
  await client.connect();
  try {
    // A session's lock: it ends with the connection, however that ends.
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await client.query(HISTORY_TABLE);
    const applied = await appliedMigrations(client);
    checkHistory(migrations, applied);
    const done: string[] = [];
    for (const migration of migrations) {
      if (applied.has(migration.name)) continue;
      await apply(client, migration);
      done.push(migration.name);
    }
    return done;
  } finally {
    await client.end();
  }
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  return Promise.all(
    names.map(async (name) => {
      // A Windows checkout may have rewritten the line ends.
      const sql = (await readFile(join(folder, name, 'migration.sql'), 'utf8')).replaceAll('\r\n', '\n');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

async function appliedMigrations(client: pg.Client): Promise<Map<string, AppliedRow>> {
  const { rows } = await client.query<AppliedRow>(
    'SELECT migration_name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL',
  );
  return new Map(rows.map((row) => [row.migration_name, row]));
}

function checkHistory(migrations: readonly Migration[], applied: ReadonlyMap<string, AppliedRow>): void {
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const row of applied.values()) {
    const migration = known.get(row.migration_name);
    if (migration === undefined) {
      throw new MigrationError(
        row.migration_name,
        'was applied to this database but is not known here: a newer version made it; update, or use another database',
      );
    }
    if (row.finished_at === null) {
      throw new MigrationError(
        row.migration_name,
        'was begun by another tool and failed: repair it with prisma migrate resolve',
      );
    }
    if (row.checksum !== migration.checksum) {
      throw new MigrationError(
        row.migration_name,
        'was changed after it was applied: restore the file, and put the change into a new migration',
      );
    }
  }
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  try {
    await client.query('BEGIN');
    await client.query(migration.sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, now(), clock_timestamp(), 1)`,
      [randomUUID(), migration.checksum, migration.name],
    );
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    const reason = error instanceof Error ? error.message : String(error);
    throw new MigrationError(migration.name, `${reason}; nothing of it was applied`, { cause: error });
  }
}

const HISTORY_TABLE = `
CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id                  VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum            VARCHAR(64) NOT NULL,
  finished_at         TIMESTAMPTZ,
  migration_name      VARCHAR(255) NOT NULL,
  logs                TEXT,
  rolled_back_at      TIMESTAMPTZ,
  started_at          TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`;
