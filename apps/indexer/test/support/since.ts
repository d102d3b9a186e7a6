import type { Database } from '@inferscan/db';
import { chainPosition } from '@inferscan/protocol';

/** What two indexes of the same chain must agree on, one of which began with the accounts of a slot. */
export type Since = Record<string, unknown[]>;

/** Everything that follows from transactions after the slot. Ids of lives that began before it are left out. */
export async function happenedSince({ pool }: Database, slot: bigint): Promise<Since> {
  const after = chainPosition(slot + 1n, 0);
  const rows = async (sql: string): Promise<unknown[]> =>
    (await pool.query<{ row: unknown }>(`SELECT to_jsonb(picked) AS row FROM (${sql}) AS picked`, [after]))
      .rows;
  return {
    transactions: await rows(
      `SELECT * FROM chain_transaction WHERE lpad(slot::text, 12, '0') >= substr($1, 1, 12) ORDER BY slot, index`,
    ),
    events: await rows('SELECT * FROM event WHERE position >= $1 ORDER BY position'),
    jobs: await rows('SELECT * FROM job WHERE listed_position >= $1 ORDER BY id'),
    runs: await rows(
      `SELECT * FROM run WHERE started_position >= $1 AND split_part(job_id, '@', 2) >= $1 ORDER BY id`,
    ),
    ledger: await rows(`
      SELECT position, signature, market, kind, "from", "to", amount, vault_delta, block_time,
             split_part(job_id, '@', 1) AS job
      FROM ledger_entry WHERE position >= $1 ORDER BY position`),
    anomalies: await rows('SELECT * FROM anomaly WHERE position >= $1 ORDER BY position, message'),
    stakes: await rows('SELECT * FROM stake WHERE opened_position >= $1 ORDER BY id'),
    // Whatever became of lives that began before: they are told apart by their addresses.
    endedRuns: await rows(`
      SELECT address, job, market, node, payer, started_at, ended_at, ended_by, paid, ended_signature
      FROM run WHERE ended_signature IN (SELECT signature FROM event WHERE position >= $1)
      ORDER BY ended_signature, address`),
    endedJobs: await rows(`
      SELECT address, market, project, payer, price, timeout, definition_digest, result_digest, status, closed_at,
             CASE WHEN status IN ('finished', 'ended') THEN node END AS node,
             CASE WHEN status IN ('finished', 'ended') THEN started_at END AS started_at,
             CASE WHEN status IN ('finished', 'ended', 'delisted') THEN ended_at END AS ended_at
      FROM job WHERE listed_position < $1 AND (
        (status IN ('delisted', 'recovered') AND updated_position >= $1)
        OR (status IN ('finished', 'ended') AND run_id IN (
          SELECT id FROM run WHERE ended_by IN ('finish', 'end')
            AND ended_signature IN (SELECT signature FROM event WHERE position >= $1)))
      )
      ORDER BY address, definition_digest`),
    nodes: await rows(`
      SELECT node, count(*) FILTER (WHERE started_position >= $1) AS started, sum(paid) AS paid
      FROM run WHERE started_position >= $1 OR ended_signature IN (SELECT signature FROM event WHERE position >= $1)
      GROUP BY node ORDER BY node`),
  };
}

/** What accounts that are open now say, in columns that both know. */
export async function openNow({ pool }: Database): Promise<Since> {
  const rows = async (sql: string): Promise<unknown[]> =>
    (await pool.query<{ row: unknown }>(`SELECT to_jsonb(picked) AS row FROM (${sql}) AS picked`)).rows;
  return {
    markets: await rows(`
      SELECT address, authority, vault, job_price, job_timeout, job_expiration, job_type, node_access_key,
             node_xnos_minimum, queue_type, queue, vault_balance FROM market WHERE closed_at IS NULL ORDER BY address`),
    jobs: await rows(`
      SELECT address, market, project, payer, price, timeout, definition_digest, result_digest, was_stopped,
             CASE WHEN status IN ('finished', 'ended', 'done') THEN 'done' ELSE status END AS status,
             CASE WHEN status IN ('finished', 'ended', 'done', 'running') THEN node END AS node,
             CASE WHEN status IN ('finished', 'ended', 'done', 'running') THEN started_at END AS started_at,
             CASE WHEN status IN ('finished', 'ended', 'done') THEN ended_at END AS ended_at
      FROM job WHERE closed_at IS NULL ORDER BY address`),
    runs: await rows(
      'SELECT address, job, market, node, payer, started_at FROM run WHERE ended_by IS NULL ORDER BY address',
    ),
    waiting: await rows(`
      SELECT address, queued_in IS NOT NULL AS waits FROM node
      WHERE EXISTS (SELECT FROM market WHERE queue_type = 'nodes' AND node.address = ANY (queue)) ORDER BY address`),
    registrations: await rows(`
      SELECT address, node, audited, architecture, country, cpu, gpu, memory, iops, storage, endpoint, icon, version
      FROM node_registration ORDER BY address`),
  };
}
