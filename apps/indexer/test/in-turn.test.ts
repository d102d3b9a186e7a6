import { createTestDatabase, type TestDatabase } from '@inferscan/db/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { inTurn, type Step } from '../src/store/in-turn.js';
import { inTransaction } from '../src/store/transaction.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase({ content: 'empty', pipeline: true });
  await database.database.pool.query('CREATE TABLE noted (step integer PRIMARY KEY)');
});
afterAll(() => database.drop());

const noted = async (): Promise<number[]> => {
  const { rows } = await database.database.pool.query<{ step: number }>(
    'SELECT step FROM noted ORDER BY step',
  );
  return rows.map(({ step }) => step);
};

describe.each([false, true])('steps of a transaction, together: %s', (together) => {
  it('are taken in order, and a last one may ask for more', async () => {
    const answered: number[] = [];
    await inTransaction(database.database.pool, async (client) => {
      const note =
        (step: number): Step =>
        async () => {
          // Fails unless the one before is there.
          await client.query('INSERT INTO noted SELECT $1 / (SELECT count(*) = $1 - 1 FROM noted)::integer', [
            step,
          ]);
          answered.push(step);
        };
      const last: Step = async () => {
        await note(4)();
        await note(5)();
      };
      await inTurn([note(1), note(2), note(3), last], together);
    });
    expect(answered).toEqual([1, 2, 3, 4, 5]);
    expect(await noted()).toEqual([1, 2, 3, 4, 5]);
    await database.database.pool.query('TRUNCATE noted');
  });

  it('leave nothing when one fails, also what asks for more after it, and tell the first failure', async () => {
    const failing = inTransaction(database.database.pool, async (client) => {
      const note =
        (step: number): Step =>
        () =>
          client.query('INSERT INTO noted VALUES ($1)', [step]);
      // Not the database says that it failed.
      const refuse: Step = async () => {
        await note(2)();
        throw new RangeError('not here');
      };
      const last: Step = async () => {
        await note(3)();
        await note(4)();
      };
      await inTurn([note(1), refuse, note(1), last], together);
    });
    await expect(failing).rejects.toThrow('not here');
    expect(await noted()).toEqual([]);
  });
});
