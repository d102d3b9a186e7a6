import type { Database, DatabaseClient } from '@inferscan/db';

/** Runs `work` in one transaction: committed if it returns, rolled back if it throws. */
export async function inTransaction<Result>(
  pool: Database['pool'],
  work: (client: DatabaseClient) => Promise<Result>,
  mode: '' | 'REPEATABLE READ READ ONLY' = '',
): Promise<Result> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query(mode === '' ? 'BEGIN' : `BEGIN ISOLATION LEVEL ${mode}`);
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch((failure: unknown) => {
      broken = failure instanceof Error ? failure : new Error(String(failure));
    });
    throw error;
  } finally {
    client.release(broken);
  }
}
