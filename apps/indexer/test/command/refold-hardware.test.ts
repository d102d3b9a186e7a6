import { createTestDatabase, type TestDatabase } from '@inferscan/db/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { compareCounts, countAnew } from '../../src/command/refold/counts.js';
import type { TableDifferences } from '../../src/command/refold/differences.js';
import { foldHardware } from '../../src/rollup/fold-hardware.js';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
  await test.database.pool.query(
    `INSERT INTO receipt (job_id, op, result_cid, node, market, model, model_digest, task, precision, runtime, runtime_version,
       provider, threads, cpu_model, logical_cores, memory_mb, gpus, prompt_tokens, completion_tokens, reasoning_tokens, queue_ms,
       load_ms, first_token_ms, total_ms, output_digest, signature_valid, finished_at, receipt)
     SELECT 'job ' || i, 'op', 'cid', 'node ' || i % 3, 'market', 'model ' || i % 4, 'digest', 'task', 'int8', 'runtime', '1',
       (ARRAY['cpu', 'cuda'])[1 + i % 2], 1, 'CPU ' || i % 5, 8 + i % 3, 1024, '[{"name": "GPU", "memory_mb": 8192}]', 1, 10 + i, 0,
       0, 0, 5 + i, 100, 'digest', i % 7 > 0, i, '{}'
     FROM generate_series(1, 60) AS i`,
  );
});
afterAll(() => test.drop());

/** What `verify` finds, or `refold` where it is to put that right. */
async function differing(apply = false): Promise<TableDifferences[]> {
  const client = await test.database.pool.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    const found = await compareCounts(client);
    if (apply) await countAnew(client, found);
    await client.query('COMMIT');
    return found.filter(({ missing, changed, extra }) => missing + changed + extra > 0);
  } finally {
    client.release();
  }
}

it('what is noted and not added up yet is no difference', async () => {
  const { pool } = test.database;
  expect(await differing()).toEqual([]);
  await pool.query('SELECT fold_hardware(25)');
  expect(await differing()).toEqual([]);
  await pool.query("DELETE FROM receipt WHERE finished_at > 50 OR node = 'node 2' AND finished_at % 2 = 0");
  await pool.query(
    "UPDATE receipt SET cpu_model = 'Other', finished_at = finished_at + 1 WHERE node = 'node 1'",
  );
  expect(await differing()).toEqual([]);
  while (await foldHardware(test.database)) {}
  expect(await differing()).toEqual([]);
  const { rows } = await pool.query('SELECT sum(receipts) AS counted FROM hardware_device');
  const { rows: receipts } = await pool.query(
    'SELECT count(*) AS counted FROM receipt WHERE signature_valid',
  );
  expect(rows).toMatchObject(receipts.map(({ counted }) => ({ counted })));
});

it.each([
  ['hardware_machine', 'UPDATE hardware_machine SET receipts = receipts + 1', 'changed'],
  ['hardware_machine', 'UPDATE hardware_machine SET last_seen = last_seen + 1', 'changed'],
  ['hardware_machine', "DELETE FROM hardware_machine WHERE node = 'node 1'", 'missing'],
  ['hardware_node', "UPDATE hardware_node SET device = 'nothing'", 'extra'],
  ['hardware_device', 'UPDATE hardware_device SET nodes = nodes + 1', 'changed'],
  ['hardware_device', "UPDATE hardware_device SET name = 'another' WHERE kind = 'gpu'", 'missing'],
  [
    'hardware_device',
    "INSERT INTO hardware_device (id, kind, name, receipts) VALUES ('a', 'cpu', 'a', 1)",
    'extra',
  ],
  ['hardware_bin', 'UPDATE hardware_bin SET total = total + 1 WHERE first_token', 'changed'],
  ['hardware_speed', 'UPDATE hardware_speed SET tokens_per_second = 1', 'changed'],
  ['hardware_speed', "UPDATE hardware_speed SET model = 'another'", 'extra'],
  [
    'hardware_machine',
    'UPDATE receipt SET signature_valid = true WHERE NOT signature_valid; DELETE FROM hardware_change',
    'changed',
  ],
] as const)('finds what is wrong in %s and counts it anew: %s', async (table, damage, kind) => {
  await test.database.pool.query(damage);
  const found = await differing(true);
  const first = found.find((each) => each.table === table);
  expect(first?.[kind]).toBeGreaterThan(0);
  expect(await differing()).toEqual([]);
  // Nothing was left to be added up on top of it.
  expect(await foldHardware(test.database)).toBe(false);
});
