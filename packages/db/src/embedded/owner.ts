import pg from 'pg';

/** ASCII "infe": the lock that an embedded server's owner holds in its `postgres` database. */
const OWNER_LOCK = 0x69_6e_66_65;

export interface Owner {
  release(): Promise<void>;
}

/**
 * Becomes the owner of a running server: a session holds an advisory lock, so ownership ends with the
 * process that has it, and a process number that was given out again cannot fake it.
 * @returns null if somebody else owns it
 * @throws what the connection reports (refused, starting up, shutting down)
 */
export async function takeOwnership(url: string, onLost: (reason: string) => void): Promise<Owner | null> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 3_000,
    application_name: 'inferscan-owner',
    keepAlive: true,
  });
  let released = false;
  let lost = false;
  const lose = (reason: string): void => {
    if (released || lost) return;
    lost = true;
    onLost(reason);
  };
  client.on('error', (error) => lose(error.message));
  client.on('end', () => lose('the server closed its connection'));
  try {
    await client.connect();
    const { rows } = await client.query<{ held: boolean }>('SELECT pg_try_advisory_lock($1) AS held', [
      OWNER_LOCK,
    ]);
    if (rows[0]?.held !== true) {
      released = true;
      await client.end();
      return null;
    }
  } catch (error) {
    released = true;
    await client.end().catch(() => {});
    throw error;
  }
  // Does not keep the process alive.
  holdOpen(client, false);
  return {
    release: async () => {
      if (released) return;
      released = true;
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
