import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';

import { PrismaClient } from '../generated/client.js';
import { type CopyValue, copyInto } from './copy.js';
import { createNotificationHub, type NotificationHub } from './listen.js';
import { databaseTypes } from './types.js';

export interface ConnectOptions {
  /** Most connections of the pool, shared by Prisma and plain queries. Default 10. */
  readonly maxConnections?: number;
  /**
   * Whether statements that are asked for on one connection without waiting are sent without waiting: one way to the server and
   * back instead of one for each. Nothing may be asked for while a COPY is under way. Default false.
   */
  readonly pipeline?: boolean;
  /** Shown in pg_stat_activity. */
  readonly applicationName?: string;
}

export interface Database {
  readonly prisma: PrismaClient;
  /** Plain SQL. int8 and numeric come as bigint (numerics with a fraction as text). */
  readonly pool: pg.Pool;
  /** Appends rows by COPY, in a transaction of its own. Returns how many. */
  copyInto(
    table: string,
    columns: readonly string[],
    rows: Iterable<readonly CopyValue[]> | AsyncIterable<readonly CopyValue[]>,
  ): Promise<number>;
  /** Calls `handler` with each payload on `channel`, through lost connections; the result ends it. */
  readonly listen: NotificationHub['listen'];
  /** Payloads may have up to 7,999 bytes. */
  notify(channel: string, payload: string): Promise<void>;
  close(): Promise<void>;
}

/** Connects lazily: the first query tells whether the server is there. */
export function connectDatabase(url: string, options: ConnectOptions = {}): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.maxConnections ?? 10,
    application_name: options.applicationName ?? 'inferscan',
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    pipeline: options.pipeline ?? false,
    types: databaseTypes,
  });
  // An idle connection that breaks is replaced on next use, and one in use tells it by its next query; unheard, the
  // events would end the process.
  pool.on('error', () => {});
  pool.on('connect', (client) => void client.on('error', () => {}));
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
  const hub = createNotificationHub(url);
  let closing: Promise<void> | undefined;

  return {
    prisma,
    pool,
    async copyInto(table, columns, rows) {
      const client = await pool.connect();
      let failure: Error | undefined;
      try {
        return await copyInto(client, table, columns, rows);
      } catch (error) {
        failure = error instanceof Error ? error : new Error(String(error));
        throw error;
      } finally {
        // A connection whose COPY failed may be mid-protocol.
        client.release(failure);
      }
    },
    listen: hub.listen,
    async notify(channel, payload) {
      await pool.query('SELECT pg_notify($1, $2)', [channel, payload]);
    },
    close() {
      closing ??= (async () => {
        await hub.close();
        await prisma.$disconnect();
        await pool.end();
      })();
      return closing;
    },
  };
}
