import { type DatabaseClient, TABLES, type TableSpec } from '@inferscan/db';
import type { ChangeSet } from '@inferscan/protocol';

import { settleJobs } from '../content/settle-jobs.js';
import { CHANNEL } from './notification.js';
import { positionAfter } from './partitions.js';

/** Tables whose rows are replaced, with how a batch names the rows that it is about to replace. */
const REPLACED: readonly { readonly spec: TableSpec; readonly keys: (changes: ChangeSet) => string[] }[] = [
  { spec: TABLES.market, keys: ({ markets }) => markets.map(({ address }) => address) },
  { spec: TABLES.job, keys: ({ jobs }) => jobs.map(({ id }) => id) },
  { spec: TABLES.run, keys: ({ runs }) => runs.map(({ id }) => id) },
  { spec: TABLES.node, keys: ({ nodes }) => nodes.map(({ address }) => address) },
  { spec: TABLES.stake, keys: ({ stakes }) => stakes.map(({ id }) => id) },
  {
    spec: TABLES.nodeRegistration,
    keys: ({ nodeRegistrations }) => nodeRegistrations.map(({ address }) => address),
  },
  { spec: TABLES.rewardPool, keys: ({ rewardPools }) => rewardPools.map(({ address }) => address) },
  { spec: TABLES.reward, keys: ({ rewards }) => rewards.map(({ id }) => id) },
];

const keyOf = ({ key, table }: TableSpec): string => {
  const [column] = key;
  if (column === undefined || key.length > 1) throw new Error(`${table} has no single key to remember by`);
  return column;
};

/** Keeps what rows are before a batch of a slot that is not final replaces them. */
export async function rememberRows(client: DatabaseClient, slot: bigint, changes: ChangeSet): Promise<void> {
  const replaced = REPLACED.map(({ spec, keys }) => ({ spec, wanted: keys(changes) }));
  const some = replaced.filter(({ wanted }) => wanted.length > 0);
  if (some.length === 0) return;
  const befores = some.map(
    ({ spec }, at) =>
      `SELECT $1::bigint, '${spec.table}', wanted.key, to_jsonb(found)
       FROM unnest($${at + 2}::text[]) AS wanted (key)
       LEFT JOIN ${spec.table} AS found ON found.${keyOf(spec)} = wanted.key`,
  );
  await client.query(
    `INSERT INTO undo (slot, table_name, key, before) ${befores.join(' UNION ALL ')} ON CONFLICT DO NOTHING`,
    [slot, ...some.map(({ wanted }) => wanted)],
  );
}

/** Forgets what rows were before slots that are final now. */
export async function forgetRows(client: DatabaseClient, upToSlot: bigint): Promise<void> {
  await client.query('DELETE FROM undo WHERE slot <= $1', [upToSlot]);
}

/**
 * Takes back everything that followed from transactions in slots above `slot`: appended rows go, replaced rows become
 * what they were, and what was read from documents for jobs that are gone, or have another result now, goes too.
 * @returns how many transactions were taken back
 */
export async function takeBack(client: DatabaseClient, slot: bigint): Promise<number> {
  await client.query(
    `CREATE TEMPORARY TABLE undone_content ON COMMIT DROP AS
     SELECT unnest(ARRAY[definition_cid, result_cid]) AS cid FROM job
     WHERE id IN (SELECT key FROM undo WHERE slot > $1 AND table_name = $2)`,
    [slot, TABLES.job.table],
  );
  for (const { spec } of REPLACED) await restoreRows(client, spec, slot);
  await client.query(
    `DELETE FROM content WHERE cid IN (SELECT cid FROM undone_content)
       AND NOT EXISTS (SELECT FROM job WHERE content.cid IN (job.definition_cid, job.result_cid))`,
  );
  await settleJobs(client, await undoneJobs(client, slot));
  for (const table of ['anomaly', 'ledger_entry', 'event']) {
    await client.query(`DELETE FROM ${table} WHERE position >= $1`, [positionAfter(slot)]);
  }
  const { rowCount } = await client.query('DELETE FROM chain_transaction WHERE slot > $1', [slot]);
  await client.query('DELETE FROM block WHERE slot > $1', [slot]);
  await client.query('DELETE FROM undo WHERE slot > $1', [slot]);
  await client.query('SELECT pg_notify($1, $2)', [
    CHANNEL,
    JSON.stringify({ slot: slot.toString(), many: true }),
  ]);
  return rowCount ?? 0;
}

async function undoneJobs(client: DatabaseClient, slot: bigint): Promise<string[]> {
  const { rows } = await client.query<{ key: string }>(
    'SELECT DISTINCT key FROM undo WHERE slot > $1 AND table_name = $2',
    [slot, TABLES.job.table],
  );
  return rows.map(({ key }) => key);
}

/** Of several slots that changed a row, the oldest knows what it was before all of them. */
async function restoreRows(client: DatabaseClient, spec: TableSpec, slot: bigint): Promise<void> {
  const key = keyOf(spec);
  await client.query(
    `DELETE FROM ${spec.table} WHERE ${key} IN (SELECT key FROM undo WHERE slot > $1 AND table_name = $2)`,
    [slot, spec.table],
  );
  await client.query(
    `INSERT INTO ${spec.table}
     SELECT (jsonb_populate_record(NULL::${spec.table}, oldest.before)).*
     FROM (SELECT DISTINCT ON (key) key, before FROM undo
           WHERE slot > $1 AND table_name = $2 ORDER BY key, slot) AS oldest
     WHERE oldest.before IS NOT NULL`,
    [slot, spec.table],
  );
}
