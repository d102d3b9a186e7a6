import { afterEach, beforeEach, expect, it } from 'vitest';

import { createTestDatabase, type TestDatabase } from '../src/testing/index.js';

let test: TestDatabase;

beforeEach(async () => {
  test = await createTestDatabase();
});
afterEach(() => test.drop());

it('what triggers keep of a changed job never takes reading all outcomes, also in a session that began with empty tables', async () => {
  const client = await test.database.pool.connect();
  const addJobs = (from: number, to: number) =>
    client.query(
      `INSERT INTO job (id, address, market, project, payer, node, status, definition_digest, definition_cid, price, timeout,
         deposited, paid, refunded, fees, listed_position, updated_position)
       SELECT 'j' || n, 'j' || n, 'm', 'p', 'p', 'node', 'done', 'd', 'c', 1, 1, 0, 0, 0, 0, lpad(n::text, 8, '0'), ''
       FROM generate_series($1::int, $2::int) AS n`,
      [from, to],
    );
  const addOutcomes = (from: number, to: number) =>
    client.query(
      `INSERT INTO result_facts (job_id, definition_cid, basis, state, outcome, fault, fault_code, fault_reason)
       SELECT 'j' || n, 'c', 'b', 'success', 'success', 'nobody', '', '' FROM generate_series($1::int, $2::int) AS n`,
      [from, to],
    );
  /** Outcomes and jobs that were read so far, through an index or not. */
  const read = async (): Promise<number> => {
    await client.query('SELECT pg_stat_force_next_flush()');
    const { rows } = await client.query<{ read: bigint }>(
      `SELECT sum(seq_tup_read + (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes AS i WHERE i.relid = t.relid))::bigint AS read
       FROM pg_stat_user_tables AS t WHERE relname IN ('job', 'result_facts')`,
    );
    return Number(rows[0]?.read);
  };
  try {
    await addJobs(0, 0);
    await addOutcomes(0, 0);
    await client.query("UPDATE job SET node = 'other'");
    await addJobs(1, 3_000);
    await addOutcomes(1, 3_000);
    const before = await read();
    for (let at = 3_001; at <= 3_005; at++) {
      await addJobs(at, at);
      await addOutcomes(at, at);
      await client.query("UPDATE job SET node = 'other' WHERE id = $1", [`j${at}`]);
    }
    expect((await read()) - before).toBeLessThan(100);
    const { rows } = await client.query('SELECT node, jobs FROM outcome_count WHERE jobs <> 0 ORDER BY node');
    expect(rows).toEqual([
      { node: 'node', jobs: 3_000n },
      { node: 'other', jobs: 6n },
    ]);
  } finally {
    client.release(true);
  }
});
