import { createTestDatabase, type TestDatabase } from '@inferscan/db/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { createQueueCounter } from '../../src/ops/content-queue-size.js';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

const queue = (cid: string) =>
  test.database.pool.query(
    "INSERT INTO content (cid, kind, status, next_attempt_at) VALUES ($1, 'result', 'pending', now())",
    [cid],
  );

/** A clock by which each count takes so long. */
function createClock(tookMs: number) {
  const clock = { now: 0, read: () => clock.now };
  const pool = {
    query: async (text: string) => {
      clock.now += tookMs;
      return test.database.pool.query(text);
    },
  } as unknown as TestDatabase['database']['pool'];
  return { clock, count: createQueueCounter({ pool }, clock.read) };
}

it('counts every 30 seconds at most, and for a hundredth of the time where that takes seconds', async () => {
  await queue('one');
  const [quick, slow] = [createClock(5), createClock(2_000)];
  const both = async () => [(await quick.count())?.fresh, (await slow.count())?.fresh];
  expect(await both()).toEqual([1, 1]);
  await queue('two');
  for (const { clock } of [quick, slow]) clock.now += 29_000;
  expect(await both()).toEqual([1, 1]);
  for (const { clock } of [quick, slow]) clock.now += 2_000;
  expect(await both()).toEqual([2, 1]);
  slow.clock.now = 202_000;
  expect(await both()).toEqual([2, 2]);
});

it('asks again after 30 seconds where there was no answer, however long that took to say', async () => {
  const clock = { now: 0 };
  let isThere = false;
  const pool = {
    query: async (text: string) => {
      clock.now += 10_000;
      if (!isThere) throw new Error('no connection');
      return test.database.pool.query(text);
    },
  } as unknown as TestDatabase['database']['pool'];
  const count = createQueueCounter({ pool }, () => clock.now);
  expect(await count()).toBe(null);
  isThere = true;
  clock.now = 31_000;
  expect(await count()).toMatchObject({ fresh: expect.any(Number) });
});
