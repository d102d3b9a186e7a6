import type { Database } from '@inferscan/db';
import { expect } from 'vitest';

/** What triggers keep beside a count from scratch of the same. */
const COUNTS = [
  {
    kept: 'SELECT market, node, status, jobs, paid FROM job_count WHERE jobs <> 0 OR paid <> 0 ORDER BY 1, 2, 3',
    scratch: `SELECT market, coalesce(node, '') AS node, status, count(*) AS jobs, sum(paid) AS paid FROM job
      GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
  },
  {
    kept: 'SELECT node, state, jobs FROM outcome_count WHERE jobs <> 0 ORDER BY 1, 2',
    scratch: `SELECT j.node, r.state, count(*) AS jobs FROM job AS j JOIN result_facts AS r ON r.job_id = j.id
      WHERE j.node IS NOT NULL AND r.state IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2`,
  },
] as const;

/** Expects every count to be right as of now. */
export async function expectTrueCounts({ pool }: Database): Promise<void> {
  for (const { kept, scratch } of COUNTS) {
    const [found, wanted] = [await pool.query(kept), await pool.query(scratch)];
    expect(found.rows).toEqual(wanted.rows);
  }
}
