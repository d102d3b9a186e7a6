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
  {
    kept: 'SELECT project, jobs FROM project_count WHERE jobs <> 0 ORDER BY 1',
    scratch: 'SELECT project, count(*) AS jobs FROM job GROUP BY 1 ORDER BY 1',
  },
  {
    kept: 'SELECT node, market, runs, earned FROM run_count WHERE runs <> 0 OR earned <> 0 ORDER BY 1, 2',
    scratch:
      'SELECT node, market, count(*) AS runs, sum(paid) AS earned FROM run GROUP BY 1, 2 ORDER BY 1, 2',
  },
  {
    kept: `SELECT market, kind, entries, amount, vault_delta FROM ledger_sum
      WHERE entries <> 0 OR amount <> 0 OR vault_delta <> 0 ORDER BY 1, 2`,
    scratch: `SELECT market, kind, count(*) AS entries, sum(amount) AS amount, sum(vault_delta) AS vault_delta
      FROM ledger_entry GROUP BY 1, 2 ORDER BY 1, 2`,
  },
  {
    kept: `SELECT status, sum(documents) AS documents, sum(dropped) AS dropped FROM content_count GROUP BY 1
      HAVING sum(documents) <> 0 OR sum(dropped) <> 0 ORDER BY 1`,
    scratch: `SELECT status, count(*) AS documents, count(dropped_at) AS dropped FROM content GROUP BY 1 ORDER BY 1`,
  },
] as const;

/** Expects every count to be right as of now. */
export async function expectTrueCounts({ pool }: Database): Promise<void> {
  for (const { kept, scratch } of COUNTS) {
    const [found, wanted] = [await pool.query(kept), await pool.query(scratch)];
    expect(found.rows).toEqual(wanted.rows);
  }
}
