import { createTestDatabase, type TestDatabase } from '@inferscan/db/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { countMarkedHours, rebuildSome } from '../../src/rollup/rebuild.js';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

const HOUR = 3_600;
const FIRST = 1_700_000 * HOUR;

/** Marks hours, each so many after the first one, in this order. */
const mark = (...hours: number[]) =>
  test.database.pool.query('INSERT INTO rollup_dirty (hour) SELECT unnest($1::bigint[])', [
    hours.map((hour) => FIRST + hour * HOUR),
  ]);

const marked = async (): Promise<number[]> => {
  const { rows } = await test.database.pool.query<{ hour: bigint }>(
    'SELECT DISTINCT hour FROM rollup_dirty ORDER BY hour',
  );
  return rows.map(({ hour }) => (Number(hour) - FIRST) / HOUR);
};

it('hours are counted in stretches as long as is asked for, and what remains is said', async () => {
  await mark(...Array.from({ length: 10 }, (_, hour) => hour), 3, 3);
  expect(await countMarkedHours(test.database.pool)).toBe(10);
  expect(await rebuildSome(test.database, 4)).toEqual({ hours: 4, left: 6 });
  expect(await marked()).toEqual([4, 5, 6, 7, 8, 9]);
  expect(await rebuildSome(test.database, 1)).toEqual({ hours: 1, left: 5 });
  expect(await rebuildSome(test.database)).toEqual({ hours: 5, left: 0 });
  expect(await rebuildSome(test.database)).toBe(null);
});

it('hours before the one that was marked first go with it, as far as the stretch reaches', async () => {
  await mark(50, 49, 48, 47, 10);
  const counted = await rebuildSome(test.database, 3);
  expect(counted).toEqual({ hours: 3, left: 2 });
  expect(await marked()).toEqual([10, 47]);
  while (await rebuildSome(test.database, 3)) {}
  expect(await marked()).toEqual([]);
});
