import { setTimeout as delay } from 'node:timers/promises';

import pg from 'pg';

export type NotificationHandler = (payload: string) => void;

export interface ListenOptions {
  /** Called after a lost connection was made again: notifications in between are gone, so look for yourself. */
  readonly onReconnect?: () => void;
}

export interface NotificationHub {
  /** Resolves once the server has confirmed the LISTEN; the result ends it. */
  listen(
    channel: string,
    handler: NotificationHandler,
    options?: ListenOptions,
  ): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

interface Subscription {
  readonly handler: NotificationHandler;
  readonly onReconnect: (() => void) | undefined;
}

const MAX_DELAY_MS = 5_000;

/** One connection for all channels, made on first use and made again, with growing pauses, when it is lost. */
export function createNotificationHub(url: string): NotificationHub {
  const channels = new Map<string, Set<Subscription>>();
  const stop = new AbortController();
  let connection: Promise<pg.Client> | undefined;

  const open = async (): Promise<pg.Client> => {
    const client = new pg.Client({
      connectionString: url,
      application_name: 'inferscan-listen',
      keepAlive: true,
      connectionTimeoutMillis: 10_000,
    });
    client.on('notification', ({ channel, payload }) => {
      for (const { handler } of channels.get(channel) ?? []) handler(payload ?? '');
    });
    client.on('error', () => {});
    await client.connect();
    for (const channel of channels.keys()) await client.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
    client.once('end', () => {
      connection = undefined;
      if (!stop.signal.aborted && channels.size > 0) connection = reopen();
    });
    return client;
  };

  const reopen = async (): Promise<pg.Client> => {
    for (let pause = 50; ; pause = Math.min(pause * 2, MAX_DELAY_MS)) {
      await delay(pause * (0.5 + Math.random()), undefined, { signal: stop.signal });
      try {
        const client = await open();
        for (const subscriptions of channels.values()) {
          for (const { onReconnect } of subscriptions) onReconnect?.();
        }
        return client;
      } catch {
        // The server may be restarting; a closed hub ends the loop in delay().
      }
    }
  };

  const connected = (): Promise<pg.Client> => {
    if (connection === undefined) {
      const attempt = open();
      connection = attempt;
      attempt.catch(() => {
        if (connection === attempt) connection = undefined;
      });
    }
    return connection;
  };

  return {
    async listen(channel, handler, options = {}) {
      if (stop.signal.aborted) throw new Error('the database connection is closed');
      const client = await connected();
      const subscription: Subscription = { handler, onReconnect: options.onReconnect };
      const subscriptions = channels.get(channel) ?? new Set();
      subscriptions.add(subscription);
      channels.set(channel, subscriptions);
      try {
        await client.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
      } catch (error) {
        subscriptions.delete(subscription);
        throw error;
      }
      return async () => {
        subscriptions.delete(subscription);
        if (subscriptions.size > 0 || channels.get(channel) !== subscriptions) return;
        channels.delete(channel);
        const current = await connection?.catch(() => undefined);
        await current?.query(`UNLISTEN ${pg.escapeIdentifier(channel)}`).catch(() => {});
      };
    },
    async close() {
      stop.abort();
      channels.clear();
      const client = await connection?.catch(() => undefined);
      await client?.end().catch(() => {});
    },
  };
}
