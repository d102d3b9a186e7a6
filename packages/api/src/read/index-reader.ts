/** The part of a Postgres pool that reading needs; `Database` of @inferscan/db has it. */
export interface ReadPool {
  connect(): Promise<ReadConnection>;
}

export interface ReadConnection {
  query(sql: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
  release(error?: Error | boolean): void;
}

/** Queries inside one snapshot of the index. */
export interface Reader {
  rows<Row>(sql: string, values?: unknown[]): Promise<Row[]>;
  first<Row>(sql: string, values?: unknown[]): Promise<Row | undefined>;
}

/** Runs `work` against one consistent snapshot: a page never mixes two states of the index. */
export type ReadIndex = <T>(work: (reader: Reader) => Promise<T>) => Promise<T>;

/**
 * Reads through a pool in read-only, repeatable-read transactions.
 * @param statementTimeoutMs a query that runs longer is cancelled by Postgres
 */
export function createIndexReader(pool: ReadPool, statementTimeoutMs: number): ReadIndex {
  const timeout = Math.max(1, Math.trunc(statementTimeoutMs));
  // Short answers are not sped up by more processes or compiled plans: starting those takes longer than most of them.
  const begin = `begin isolation level repeatable read read only; set local statement_timeout = ${timeout};
    set local max_parallel_workers_per_gather = 0; set local jit = off`;
  return async (work) => {
    const connection = await pool.connect();
    let broken = true;
    try {
      await connection.query(begin);
      const result = await work({
        rows: async <Row>(sql: string, values?: unknown[]) =>
          (await connection.query(sql, values)).rows as Row[],
        first: async <Row>(sql: string, values?: unknown[]) =>
          (await connection.query(sql, values)).rows[0] as Row | undefined,
      });
      await connection.query('commit');
      broken = false;
      return result;
    } catch (error) {
      await connection.query('rollback').then(
        () => {
          broken = false;
        },
        () => undefined,
      );
      throw error;
    } finally {
      connection.release(broken);
    }
  };
}
