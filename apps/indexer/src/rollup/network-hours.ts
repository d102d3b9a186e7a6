import type { Database } from '@inferscan/db';

import { inTransaction } from '../store/transaction.js';

const HOUR = 3_600n;
/** Hours that are kept: what the front page shows. */
const KEPT = 32n * HOUR;

/**
 * Counts the network's last hours that do not stand, up to the one that goes on. What is committed meanwhile says itself which
 * hours do not stand any more.
 * @returns whether there was anything to do
 */
export function countNetworkHours({ pool }: Database): Promise<boolean> {
  return inTransaction(pool, async (client) => {
    const marked = await client.query<{ newest: bigint | null }>(
      'SELECT max(since) AS newest FROM network_hour_stale',
    );
    const newest = marked.rows[0]?.newest ?? null;
    if (newest === null) return false;
    // First the marks, then, in later snapshots, what they stand for: nothing can fall between. Of those for the hour that goes
    // on, the last one says as much as all.
    const gone = await client.query<{ marks: bigint; since: bigint }>(
      `WITH gone AS (
         DELETE FROM network_hour_stale
         WHERE since < $1 OR id < (SELECT max(id) FROM network_hour_stale WHERE since = $1) RETURNING since
       )
       SELECT count(*) AS marks, coalesce(min(since), $1) AS since FROM gone`,
      [newest],
    );
    const { marks, since } = gone.rows[0] ?? { marks: 0n, since: newest };
    const { rows } = await client.query<{ first: bigint | null }>(
      `SELECT min(series.hour) AS first
       FROM generate_series($1::bigint, $2::bigint - $3::bigint, $3::bigint) AS series (hour)
       WHERE series.hour >= $4 OR NOT EXISTS (SELECT FROM network_hour AS counted WHERE counted.hour = series.hour)`,
      [newest - KEPT, newest, HOUR, since],
    );
    const first = rows[0]?.first ?? null;
    await client.query('DELETE FROM network_hour WHERE hour < $1 OR hour >= $2', [
      newest - KEPT,
      first ?? newest,
    ]);
    if (first === null) return marks > 0n;
    await client.query(
      `INSERT INTO network_hour (hour, running, waiting, nodes, listed, median_wait)
       SELECT * FROM network_buckets($1, $2, $3)`,
      [first, HOUR, Number((newest - first) / HOUR)],
    );
    return true;
  });
}
