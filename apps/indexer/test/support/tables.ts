import type { Database } from '@inferscan/db';

/** What follows from the chain alone; times of writing and the state of fetching do not. */
const FOLDED = {
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
  content: 'cid, kind',
  checkpoint: 'cluster, genesis_hash, slot, index, signature',
  signature_spool: '*',
  signature_spool_state: '*',
} as const;

/** What triggers counted; a state of a node that no job is in any more may stand there with none. */
const COUNTS =
  "SELECT concat_ws(' ', market, node, status, jobs, paid) AS line FROM job_count WHERE jobs <> 0 ORDER BY 1";

/** All folded rows as text, by table, in an order of their own: equal dumps are equal tables. */
export async function dumpTables({ pool }: Database): Promise<Record<string, string[]>> {
  const dump: Record<string, string[]> = {};
  for (const [table, columns] of Object.entries(FOLDED)) {
    const { rows } = await pool.query<{ line: string }>(
      `SELECT to_jsonb(picked)::text AS line FROM (SELECT ${columns} FROM ${table}) AS picked ORDER BY 1`,
    );
    dump[table] = rows.map(({ line }) => line);
  }
  const counts = await pool.query<{ line: string }>(COUNTS);
  dump.job_count = counts.rows.map(({ line }) => line);
  return dump;
}
