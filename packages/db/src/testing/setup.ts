import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startEmbeddedPostgres } from '../embedded/index.js';
import { migrate } from '../migrations/migrate.js';
import { removeAbandoned } from './abandoned.js';
import { SERVER_VARIABLE, TEMPLATE_DATABASE, withDatabase } from './environment.js';

const FOLDER = 'inferscan-test-postgres-';

/**
 * vitest `globalSetup`: one embedded server for the run, in a temporary folder, with a migrated template.
 * A server that an outer run provides is used as it is.
 */
export default async function setup(): Promise<() => Promise<void>> {
  if (process.env[SERVER_VARIABLE] !== undefined) return async () => {};
  await removeAbandoned(tmpdir(), FOLDER);
  const dataDir = await mkdtemp(join(tmpdir(), FOLDER));
  const server = await startEmbeddedPostgres({ dataDir, database: TEMPLATE_DATABASE, durable: false });
  try {
    await migrate(server.url);
  } catch (error) {
    await server.stop();
    throw error;
  }
  process.env[SERVER_VARIABLE] = withDatabase(server.url, 'postgres');
  return async () => {
    delete process.env[SERVER_VARIABLE];
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
    if (server.dataDir !== dataDir) await rm(server.dataDir, { recursive: true, force: true });
  };
}
