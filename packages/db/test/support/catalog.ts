import type pg from 'pg';

/**
 * Tables, columns, constraints and indexes of a database as sorted lines that can be compared; partitions are their tables'.
 * Indexes of some rows only, those of expressions, and columns that one includes are left out: Prisma does not know them.
 */
export async function describeCatalog(pool: pg.Pool): Promise<string[]> {
  const columns = await pool.query<{ line: string }>(`
    SELECT format('%s.%s %s null=%s default=%s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
                  NOT a.attnotnull, pg_get_expr(d.adbin, d.adrelid)) AS line
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> '_prisma_migrations'`);
  const constraints = await pool.query<{ line: string }>(`
    SELECT format('%s %s', conrelid::regclass, pg_get_constraintdef(oid)) AS line
    FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
      AND conrelid NOT IN (SELECT oid FROM pg_class WHERE relispartition)
      AND conrelid <> coalesce(to_regclass('_prisma_migrations'), 0)`);
  const indexes = await pool.query<{ line: string }>(
    `SELECT regexp_replace(replace(pg_get_indexdef(i.indexrelid), ' ON ONLY ', ' ON '), ' INCLUDE \\(.*\\)', '') AS line
     FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
     WHERE c.relnamespace = 'public'::regnamespace AND NOT c.relispartition AND c.relname <> '_prisma_migrations'
       AND i.indpred IS NULL AND i.indexprs IS NULL`,
  );
  return [...columns.rows, ...constraints.rows, ...indexes.rows].map(({ line }) => line).sort();
}
