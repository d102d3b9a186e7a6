import type { Database } from '@inferscan/db';

/** What follows from a history alone; times of writing do not. */
const TABLES = {
  chain_transaction: '*',
  event: '*',
  market: '*',
  job: '*',
  run: '*',
  node: '*',
  stake: '*',
  node_registration: '*',
  reward_pool: '*',
  reward: '*',
  ledger_entry: '*',
  anomaly: '*',
  content: 'cid, kind, status',
  result_facts: '*',
  checkpoint: 'cluster, genesis_hash, slot, index, signature, finalized_slot',
  deferred_index: '*',
} as const;

/** All rows as text, by table, with the indexes and triggers that there are: equal dumps are equal databases. */
export async function dumpDatabase({ pool }: Database): Promise<Record<string, string[]>> {
  const dump: Record<string, string[]> = {};
  const add = async (name: string, sql: string): Promise<void> => {
    const { rows } = await pool.query<{ line: string }>(sql);
    dump[name] = rows.map(({ line }) => line);
  };
  for (const [table, columns] of Object.entries(TABLES)) {
    await add(
      table,
      `SELECT to_jsonb(picked)::text AS line FROM (SELECT ${columns} FROM ${table}) AS picked ORDER BY 1`,
    );
  }
  await add(
    'job_count',
    "SELECT concat_ws(' ', market, node, status, jobs, paid) AS line FROM job_count WHERE jobs <> 0 ORDER BY 1",
  );
  await add(
    'outcome_count',
    "SELECT concat_ws(' ', node, state, jobs) AS line FROM outcome_count WHERE jobs <> 0 ORDER BY 1",
  );
  for (const [table, sums] of Object.entries({
    project_count: 'project, jobs',
    run_count: 'node, market, runs, earned',
    ledger_sum: 'market, kind, entries, amount, vault_delta',
  })) {
    await add(table, `SELECT concat_ws(' ', ${sums}) AS line FROM ${table} ORDER BY 1`);
  }
  await add(
    'content_count',
    "SELECT concat_ws(' ', status, sum(documents), sum(dropped)) AS line FROM content_count GROUP BY status ORDER BY 1",
  );
  await add('newest_hour', 'SELECT max(since)::text AS line FROM network_hour_stale');
  await add('indexes', "SELECT indexdef AS line FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1");
  await add(
    'keys',
    "SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS line FROM pg_constraint WHERE conrelid <> 0 ORDER BY 1",
  );
  await add(
    'triggers',
    "SELECT tgrelid::regclass || ' ' || tgname || ' ' || tgenabled::text AS line FROM pg_trigger ORDER BY 1",
  );
  await add('hours', 'SELECT DISTINCT hour::text AS line FROM rollup_dirty ORDER BY 1');
  return dump;
}
