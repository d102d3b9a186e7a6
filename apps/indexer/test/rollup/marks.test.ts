import { TABLES, type TableSpec, writeRows } from '@inferscan/db';
import { createTestDatabase, type TestDatabase } from '@inferscan/db/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { rebuildSome } from '../../src/rollup/rebuild.js';

/** The first second of an hour. */
const BEGIN = 1_761_955_200n;
const at = (hour: number): bigint => BEGIN + BigInt(hour) * 3_600n + 5n;

let test: TestDatabase;
beforeEach(async () => {
  test = await createTestDatabase();
});
afterEach(() => test.drop());

/** Writes one row, 0 or empty where nothing is said of a column that needs something. */
async function put(spec: TableSpec, values: Readonly<Record<string, unknown>>): Promise<void> {
  const { rows } = await test.database.pool.query<{ name: string; type: string; needed: boolean }>(
    `SELECT attname AS name, format_type(atttypid, NULL) AS type, attnotnull AS needed FROM pg_attribute
     WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped`,
    [spec.table],
  );
  const nothing = ({ type, needed }: (typeof rows)[number]): unknown => {
    if (!needed) return null;
    if (type === 'jsonb') return {};
    return { boolean: true, text: '' }[type] ?? 0;
  };
  const row = { ...Object.fromEntries(rows.map((each) => [each.name, nothing(each)])), ...values };
  const client = await test.database.pool.connect();
  try {
    await writeRows(client, spec, [row], 'replace');
  } finally {
    client.release();
  }
}

/** The hours marked since the last look. */
async function marked(): Promise<number[]> {
  const { rows } = await test.database.pool.query<{ hour: bigint }>(
    'WITH gone AS (DELETE FROM rollup_dirty RETURNING hour) SELECT DISTINCT hour FROM gone ORDER BY hour',
  );
  return rows.map(({ hour }) => Number((hour - BEGIN) / 3_600n));
}

const remove = (table: string): Promise<unknown> => test.database.pool.query(`DELETE FROM ${table}`);

it('a job marks its listing and start, as they were and as they are', async () => {
  const job = { id: 'j', listed_position: 'p', listed_at: at(0), market: 'm', project: 'p' };
  await put(TABLES.job, job);
  expect(await marked()).toEqual([0]);
  await put(TABLES.job, { ...job, started_at: at(2), node: 'a' });
  expect(await marked()).toEqual([0, 2]);
  await put(TABLES.job, {
    ...job,
    started_at: at(2),
    node: 'a',
    status: 'finished',
    ended_at: at(3),
    paid: 5n,
  });
  expect(await marked()).toEqual([]);
  await put(TABLES.job, { ...job, started_at: at(4), node: 'a' });
  expect(await marked()).toEqual([0, 2, 4]);
  await remove('job');
  expect(await marked()).toEqual([0, 4]);
});

it('a job that turns out to be another node’s marks what was counted for it', async () => {
  const job = {
    id: 'j',
    listed_position: 'p',
    listed_at: at(0),
    started_at: at(1),
    market: 'm',
    project: 'p',
  };
  await put(TABLES.job, { ...job, node: 'a' });
  await put(TABLES.ledgerEntry, { position: '00000-1', job_id: 'j', kind: 'payout', block_time: at(5) });
  await put(TABLES.resultFacts, { job_id: 'j', outcome: 'success', counted_at: at(6) });
  await put(TABLES.run, { id: 'r', job_id: 'j', ended_at: at(7) });
  expect(await marked()).toEqual([0, 1, 5, 6, 7]);
  await put(TABLES.job, { ...job, node: 'b' });
  expect(await marked()).toEqual([0, 1, 5, 6, 7]);
  await remove('job');
  expect(await marked()).toEqual([0, 1, 5, 6, 7]);
});

it('a job whose node becomes known marks what was counted for it while it was not', async () => {
  const job = { id: 'j', listed_position: 'p', listed_at: at(0), market: 'm', project: 'p' };
  await put(TABLES.job, { ...job, started_at: at(1), node: 'a' });
  await put(TABLES.ledgerEntry, { position: '00000-1', job_id: 'j', kind: 'payout', block_time: at(5) });
  await put(TABLES.job, job);
  while (await rebuildSome(test.database)) {}
  expect(await marked()).toEqual([]);
  await put(TABLES.job, { ...job, started_at: at(7), node: 'b' });
  expect(await marked()).toEqual([0, 5, 7]);
});

it('what a job was paid for is counted for whom it was paid to, also where it was paid twice', async () => {
  const job = { id: 'j', listed_position: 'p', listed_at: at(0), started_at: at(1), market: 'm' };
  await put(TABLES.job, { ...job, node: 'late' });
  const paid = (signature: string, amount: bigint, hour: number, owner: string | null) =>
    put(TABLES.ledgerEntry, {
      ...{
        position: `00000-${signature}${amount}`,
        job_id: 'j',
        kind: 'payout',
        market: 'm',
        signature,
        amount,
      },
      ...{ block_time: at(hour), to_owner: owner },
    });
  const run = (node: string, signature: string, hour: number) =>
    put(TABLES.run, {
      id: node,
      job_id: 'j',
      node,
      market: 'm',
      ended_at: at(hour),
      ended_signature: signature,
    });
  await run('early', 's1', 5);
  await paid('s1', 3n, 5, 'early');
  await run('late', 's2', 6);
  await paid('s2', 5n, 6, 'late');
  // Two in one transaction.
  await run('one', 's3', 7);
  await run('other', 's3', 7);
  await paid('s3', 7n, 7, 'other');
  await paid('s3', 11n, 7, 'one');
  // Of these there is no run, or not its owner.
  await paid('s4', 13n, 8, 'nobody');
  await paid('s1', 17n, 9, null);
  while (await rebuildSome(test.database)) {}
  const { rows } = await test.database.pool.query(
    "SELECT address, sum(paid) AS paid FROM rollup WHERE scope = 'node' AND granularity = 'day' AND paid > 0 GROUP BY 1 ORDER BY 1",
  );
  expect(rows).toEqual([
    { address: 'early', paid: 20n },
    { address: 'late', paid: 18n },
    { address: 'one', paid: 11n },
    { address: 'other', paid: 7n },
  ]);
});

it.each<[string, TableSpec, Record<string, unknown>, string]>([
  ['a run', TABLES.run, { id: 'r' }, 'ended_at'],
  ['a movement', TABLES.ledgerEntry, { position: '00000-1', kind: 'payout' }, 'block_time'],
  ['an outcome', TABLES.resultFacts, { job_id: 'j', outcome: 'success' }, 'counted_at'],
])('%s marks its hour, as it was and as it is', async (_, spec, row, time) => {
  await put(spec, { ...row, [time]: at(1) });
  expect(await marked()).toEqual([1]);
  await put(spec, { ...row, [time]: at(3) });
  expect(await marked()).toEqual([1, 3]);
  await put(spec, { ...row, [time]: null });
  expect(await marked()).toEqual([3]);
  await put(spec, { ...row, [time]: at(4) });
  await marked();
  await remove(spec.table);
  expect(await marked()).toEqual([4]);
});

it('a receipt marks the hour in which its job ended', async () => {
  await put(TABLES.resultFacts, { job_id: 'j', outcome: 'success', counted_at: at(2) });
  await marked();
  await put(TABLES.receipt, { job_id: 'j', op: 'a' });
  expect(await marked()).toEqual([2]);
  await put(TABLES.receipt, { job_id: 'j', op: 'a', signature_valid: false });
  expect(await marked()).toEqual([2]);
  await remove('receipt');
  expect(await marked()).toEqual([2]);
});

it('an emptied table marks every hour that has figures', async () => {
  await put(TABLES.run, { id: 'r', ended_at: at(1) });
  await put(TABLES.ledgerEntry, { position: '00000-1', kind: 'deposit', block_time: at(9) });
  while (await rebuildSome(test.database)) {}
  expect(await marked()).toEqual([]);
  await test.database.pool.query('TRUNCATE ledger_entry');
  expect(await marked()).toEqual([1, 9]);
});

it('times that no chain can have mark nothing, and stop nobody', async () => {
  for (const time of [-1n, -(2n ** 63n), 2n ** 63n - 1n]) {
    await put(TABLES.job, { id: `${time}`, listed_position: `${time}`, listed_at: time, started_at: time });
    await put(TABLES.run, { id: `${time}`, ended_at: time });
    await put(TABLES.ledgerEntry, { position: `00000${time}`, block_time: time });
  }
  expect(await marked()).toEqual([]);
});
