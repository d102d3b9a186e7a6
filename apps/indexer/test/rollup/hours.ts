import type { Database } from '@inferscan/db';
import { expect } from 'vitest';

/** Expects the kept hours of the front page that no mark names to be what counting them now gives. @returns how many */
export async function expectTrueHours({ pool }: Database): Promise<number> {
  const standing = `FROM network_hour AS kept
    WHERE hour < coalesce((SELECT min(since) FROM network_hour_stale), hour + 1) ORDER BY 1`;
  const kept = await pool.query(`SELECT kept.* ${standing}`);
  const counted = await pool.query(
    `SELECT now.starts_at AS hour, now.running, now.waiting, now.nodes, now.listed, now.median_wait
     FROM (SELECT hour ${standing}) AS kept CROSS JOIN network_buckets(hour, 3600, 1) AS now ORDER BY 1`,
  );
  expect(kept.rows).toEqual(counted.rows);
  return kept.rows.length;
}
