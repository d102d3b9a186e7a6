import type { DatabaseClient } from '@inferscan/db';

/** Tables that a load appends to, and whose rows it never reads. */
const APPENDED = ['chain_transaction', 'event', 'ledger_entry'];

/** Pages of each table or partition that were read. */
type PagesRead = Map<string, number>;

export interface NewPages {
  /** Reads the pages that were filled since the last time. Outside of transactions: what it is about is committed. */
  read(): Promise<void>;
}

/**
 * Reads what was loaded once, soon after its commit. Who reads a row first has Postgres note in it that it was committed, and with
 * checksums such a page goes into the log as a whole, unless it was new since the last checkpoint. Otherwise the first index that is built
 * on a table, long after that, writes the whole table and logs it as well.
 */
export async function watchNewPages(client: Pick<DatabaseClient, 'query'>): Promise<NewPages> {
  const pages: PagesRead = new Map();
  for (const { part, count } of await filled(client)) pages.set(part, count);
  return {
    async read() {
      for (const { part, count } of await filled(client)) {
        const from = pages.get(part) ?? 0;
        if (count <= from) continue;
        await client.query(`SELECT count(*) FROM ONLY ${part} WHERE ctid >= '(${from},0)'::tid`);
        // The last page may get further rows.
        pages.set(part, count - 1);
      }
    },
  };
}

/** Tables and partitions that have rows of their own, and the pages of their files. */
async function filled(client: Pick<DatabaseClient, 'query'>): Promise<{ part: string; count: number }[]> {
  const { rows } = await client.query<{ part: string; pages: bigint }>(
    `SELECT c.oid::regclass::text AS part, pg_relation_size(c.oid) / current_setting('block_size')::bigint AS pages
     FROM pg_class AS c LEFT JOIN pg_inherits AS i ON i.inhrelid = c.oid
     WHERE c.relkind = 'r' AND (c.oid = ANY ($1::regclass[]) OR i.inhparent = ANY ($1::regclass[]))`,
    [APPENDED],
  );
  return rows.map(({ part, pages }) => ({ part, count: Number(pages) }));
}
