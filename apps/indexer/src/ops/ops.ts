import { connectDatabase } from '@inferscan/db';

import type { IndexerConfig } from '../config/environment.js';
import { redactUrl } from '../config/redact.js';
import type { Log } from '../log.js';
import { countMarkedHours } from '../rollup/rebuild.js';
import { createQueueCounter } from './content-queue-size.js';
import { type DatabaseStatus, readDatabaseStatus } from './database-status.js';
import { judgeHealth } from './health.js';
import { createMetrics } from './metrics.js';
import { type IndexerObserver, observeAll } from './observer.js';
import type { OpsConfig } from './ops-config.js';
import { startOpsServer } from './server.js';
import { createStatus } from './status.js';

export interface Ops {
  /** To be told what the indexer does. */
  readonly observer: IndexerObserver;
  readonly url: string;
  close(): Promise<void>;
}

/** Health and metrics of an indexer over HTTP, with a database connection of their own, which may fail. */
export async function startOps(
  { host, port }: OpsConfig,
  config: Pick<IndexerConfig, 'databaseUrl' | 'rpcUrls'>,
  log: Log,
): Promise<Ops> {
  const database = connectDatabase(config.databaseUrl, {
    applicationName: 'inferscan-indexer-ops',
    maxConnections: 2,
  });
  const status = createStatus(config.rpcUrls.map(redactUrl));
  const metrics = createMetrics({
    status: status.read,
    contentQueue: createQueueCounter(database),
    hoursToCount: () => countMarkedHours(database.pool).catch(() => null),
  });
  const readDatabase = async (): Promise<DatabaseStatus | null> => {
    try {
      return await readDatabaseStatus(database);
    } catch (error) {
      log.debug({ reason: error instanceof Error ? error.message : String(error) }, 'health: no database');
      return null;
    }
  };
  try {
    const server = await startOpsServer({
      host,
      port,
      metrics,
      health: async () => judgeHealth(status.read(), await readDatabase(), Date.now()),
      onFailure: (error) => log.warn({ reason: error.message }, 'a request for health or metrics failed'),
    });
    log.info({ url: server.url }, 'serving health and metrics');
    return {
      observer: observeAll([status.observer, metrics.observer]),
      url: server.url,
      async close() {
        await server.close();
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}
