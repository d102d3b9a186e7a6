import { connectDatabase } from '@inferscan/db';
import { vi } from 'vitest';

/**
 * Kills one of the server's processes. Postgres then takes its shared memory for damaged: it cuts every connection,
 * throws away whatever is not in the log on disk, and starts over from there, as after a power cut.
 */
export async function crashPostgres(url: string): Promise<void> {
  const before = connectDatabase(url, { applicationName: 'simulation' });
  try {
    const { rows } = await before.pool.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const pid = rows[0]?.pid;
    if (pid === undefined) throw new Error('the server does not know its own process');
    process.kill(pid, 'SIGKILL');
  } finally {
    await before.close().catch(() => {});
  }
  await untilAnswering(url);
}

/** Waits until the server takes connections. */
async function untilAnswering(url: string): Promise<void> {
  await vi.waitFor(
    async () => {
      const database = connectDatabase(url, { applicationName: 'simulation' });
      try {
        await database.pool.query('SELECT 1');
      } finally {
        await database.close().catch(() => {});
      }
    },
    { timeout: 30_000, interval: 50 },
  );
}
