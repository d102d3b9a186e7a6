import pg from 'pg';

/** The named lock of a process: whoever has it, has it alone, for as long as the process and its session live. */
export interface SessionLock {
  release(): Promise<void>;
}

export interface SessionLockOptions {
  /** Called once if the session ends without `release`: the lock is gone then. */
  readonly onLost: (reason: string) => void;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
}

/**
 * Takes an advisory lock in a session of its own. Unlike a process number in a file it cannot outlive its
 * holder, nor be faked by a number that was given out again. It does not keep the process alive.
 * @returns null if somebody else has it
 * @throws what the connection reports (refused, starting up, shutting down)
 */
export async function takeSessionLock(
  url: string,
  key: bigint,
  options: SessionLockOptions,
): Promise<SessionLock | null> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 3_000,
    application_name: options.applicationName,
    keepAlive: true,
  });
  let over = false;
  const lose = (reason: string): void => {
    if (over) return;
    over = true;
    options.onLost(reason);
  };
  let taken = false;
  client.on('error', (error) => taken && lose(error.message));
  client.on('end', () => taken && lose('the server closed the connection'));
  try {
    await client.connect();
    const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [
      key,
    ]);
    taken = rows[0]?.taken === true;
  } finally {
    if (!taken) await client.end().catch(() => {});
  }
  if (!taken) return null;
  holdOpen(client, false);
  return {
    release: async () => {
      over = true;
      holdOpen(client, true);
      await client.end().catch(() => {});
    },
  };
}

/** Whether a client's socket keeps the event loop alive; pg has this, its types do not. */
function holdOpen(client: pg.Client, hold: boolean): void {
  const method: unknown = Reflect.get(client, hold ? 'ref' : 'unref');
  if (typeof method === 'function') method.call(client);
}
