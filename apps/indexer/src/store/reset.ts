import type { Database } from '@inferscan/db';

/** Empties every table but the history of migrations. */
export async function resetDatabase({ pool }: Database): Promise<void> {
  const { rows } = await pool.query<{ name: string }>(
    "SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> '_prisma_migrations'",
  );
  if (rows.length > 0) await pool.query(`TRUNCATE ${rows.map(({ name }) => name).join(', ')}`);
}
