import type { Database } from '@inferscan/db';

import { restoreIndexes } from './bulk/deferred.js';
import { inTransaction } from './transaction.js';

/** Empties every table but the history of migrations, and puts indexes back that an interrupted load had put off. */
export async function resetDatabase({ pool }: Database): Promise<void> {
  await inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      `SELECT quote_ident(tablename) AS name FROM pg_tables
       WHERE schemaname = 'public' AND tablename NOT IN ('_prisma_migrations', 'deferred_index')`,
    );
    if (rows.length > 0) await client.query(`TRUNCATE ${rows.map(({ name }) => name).join(', ')}`);
    await restoreIndexes(client);
  });
}
