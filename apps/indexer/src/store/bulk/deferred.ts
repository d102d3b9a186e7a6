import type { DatabaseClient } from '@inferscan/db';

type Query = Pick<DatabaseClient, 'query'>;

/** Tables that a load fills. */
const LOADED = [
  'chain_transaction',
  'event',
  'ledger_entry',
  'anomaly',
  'job',
  'run',
  'result_facts',
  'content',
];
/**
 * Tables whose key nothing asks for while they are filled. Signatures are random: each new one changes another page of the index, and
 * of an index that is larger than the server's buffers such a page is written and read again each time. That nothing is
 * applied twice follows from the checkpoint, and from the keys of events, which grow at their end.
 */
const KEY_CAN_WAIT = ['chain_transaction'];
/** Memory for building an index; Postgres' own default is small. */
const MEMORY = '256MB';

/** Whether a load is under way, or was when its indexer ended. */
export async function isDeferred(client: Query): Promise<boolean> {
  const { rows } = await client.query<{ found: boolean }>(
    'SELECT EXISTS (SELECT FROM deferred_index) AS found',
  );
  return rows[0]?.found === true;
}

/**
 * Drops the indexes of the tables that a load fills, but those of most keys, and switches off what counts or looks at
 * changed rows: all of it is cheaper for all rows at once. Within the client's transaction.
 */
export async function deferIndexes(client: Query): Promise<void> {
  const { rows } = await client.query<DeferredIndex & { drop: string }>(
    `SELECT quote_ident(c.relname) AS name, replace(pg_get_indexdef(i.indexrelid), ' ON ONLY ', ' ON ') AS definition,
       format('DROP INDEX %I', c.relname) AS drop
     FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
     WHERE i.indrelid = ANY ($1::regclass[]) AND NOT i.indisprimary
     UNION ALL
     SELECT quote_ident(conname), format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)),
       format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname)
     FROM pg_constraint WHERE conrelid = ANY ($2::regclass[]) AND contype = 'p'`,
    [LOADED, KEY_CAN_WAIT],
  );
  await client.query(
    'INSERT INTO deferred_index (name, definition) SELECT * FROM unnest($1::text[], $2::text[])',
    [rows.map(({ name }) => name), rows.map(({ definition }) => definition)],
  );
  for (const { drop } of rows) await client.query(drop);
  await switchTriggers(client, 'DISABLE');
  await forEachPart(client, 'SET (autovacuum_enabled = false)');
}

/** An index, or a key with its index, that a load put off. */
export interface DeferredIndex {
  /** Quoted where it has to be. */
  readonly name: string;
  readonly definition: string;
}

export async function deferredIndexes(client: Query): Promise<DeferredIndex[]> {
  const { rows } = await client.query<DeferredIndex>(
    'SELECT name, definition FROM deferred_index ORDER BY name',
  );
  return rows;
}

/** Builds an index, which is then not put off any more. Within the client's transaction. */
export async function buildIndex(client: Query, { name, definition }: DeferredIndex): Promise<void> {
  await client.query(`SET LOCAL maintenance_work_mem = '${MEMORY}'`);
  await client.query('SET LOCAL max_parallel_maintenance_workers = 1');
  await client.query(definition);
  await client.query('DELETE FROM deferred_index WHERE name = $1', [name]);
}

/** Undoes the rest of `deferIndexes`. Within the client's transaction, that of the last index. */
export async function endLoad(client: Query): Promise<void> {
  await switchTriggers(client, 'ENABLE');
  await markAllHours(client);
  await forEachPart(client, 'RESET (autovacuum_enabled)');
  // Nobody counted the rows meanwhile, and how queries go rests on their number.
  await client.query(`SET LOCAL default_statistics_target = ${STATISTICS_TARGET}`);
  await client.query(`ANALYZE ${LOADED.join(', ')}`);
}

/** Undoes `deferIndexes` at once, if it was done. Within the client's transaction. */
export async function restoreIndexes(client: Query): Promise<void> {
  const indexes = await deferredIndexes(client);
  for (const index of indexes) await buildIndex(client, index);
  if (indexes.length > 0) await endLoad(client);
}

/** A sample of 9,000 rows. The default, 30,000, takes seconds for the widest tables, and autovacuum comes by later with it. */
const STATISTICS_TARGET = 30;

/** Autovacuum looks at tables with rows of their own: those in partitions have none. */
async function forEachPart(client: Query, change: string): Promise<void> {
  const { rows } = await client.query<{ part: string }>(
    `SELECT c.oid::regclass::text AS part FROM pg_class AS c LEFT JOIN pg_inherits AS i ON i.inhrelid = c.oid
     WHERE c.relkind = 'r' AND (c.oid = ANY ($1::regclass[]) OR i.inhparent = ANY ($1::regclass[]))`,
    [LOADED],
  );
  for (const { part } of rows) await client.query(`ALTER TABLE ${part} ${change}`);
}

/** Triggers that count jobs stay: they are cheap, and what they count is looked at meanwhile. */
const COUNTING = 'counted';

async function switchTriggers(client: Query, wanted: 'ENABLE' | 'DISABLE'): Promise<void> {
  const { rows } = await client.query<{ part: string; name: string }>(
    `SELECT tgrelid::regclass::text AS part, quote_ident(tgname) AS name FROM pg_trigger
     WHERE tgrelid = ANY ($1::regclass[]) AND NOT tgisinternal AND NOT starts_with(tgname, $2)`,
    [LOADED, COUNTING],
  );
  for (const { part, name } of rows) await client.query(`ALTER TABLE ${part} ${wanted} TRIGGER ${name}`);
}

/** What the triggers would have marked: every hour in which something happened. The newest first: they are looked at most, and are counted so. */
async function markAllHours(client: Query): Promise<void> {
  await client.query(
    `INSERT INTO rollup_dirty (hour)
     SELECT DISTINCT hour FROM (
       SELECT rollup_hour(listed_at) FROM job
       UNION SELECT rollup_hour(started_at) FROM job
       UNION SELECT rollup_hour(ended_at) FROM run
       UNION SELECT rollup_hour(block_time) FROM ledger_entry
       UNION SELECT rollup_hour(counted_at) FROM result_facts
     ) AS touched (hour) WHERE hour IS NOT NULL ORDER BY hour DESC`,
  );
  await client.query(
    `INSERT INTO network_hour_stale (since)
     SELECT rollup_hour(max(coalesce(ended_at, listed_at))) FROM job
     HAVING rollup_hour(max(coalesce(ended_at, listed_at))) IS NOT NULL`,
  );
}
