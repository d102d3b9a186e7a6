import { randomBytes } from 'node:crypto';

import pg from 'pg';

import { type ConnectOptions, connectDatabase, type Database } from '../connection/connect.js';
import { SERVER_VARIABLE, TEMPLATE_DATABASE, withDatabase } from './environment.js';

export interface TestDatabase {
  readonly url: string;
  readonly database: Database;
  /** Closes the connection and removes the database, whoever is still connected. */
  drop(): Promise<void>;
}

export interface TestDatabaseOptions extends ConnectOptions {
  /** 'migrated' (default) or without any table. */
  readonly content?: 'migrated' | 'empty';
}

/**
 * A database of this test's own (about 30 ms). Needs `globalSetup: ['@inferscan/db/testing/setup']` in the
 * vitest configuration.
 */
export async function createTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const server = process.env[SERVER_VARIABLE];
  if (server === undefined) {
    throw new Error(
      "there is no test server: put globalSetup: ['@inferscan/db/testing/setup'] into vitest.config.ts",
    );
  }
  const name = `test_${process.pid}_${randomBytes(6).toString('hex')}`;
  const template = options.content === 'empty' ? 'template0' : TEMPLATE_DATABASE;
  await admin(server, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  const url = withDatabase(server, name);
  const database = connectDatabase(url, options);
  return {
    url,
    database,
    async drop() {
      await database.close();
      await admin(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}

async function admin(server: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
