import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storableText } from '../src/connection/copy.js';
import { copyFields, copyLines, copyOut } from '../src/connection/copy-out.js';
import { createTestDatabase, type TestDatabase } from '../src/testing/index.js';

let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase({ content: 'empty' });
  await test.database.pool.query('CREATE TABLE sent (place int, first text, second text)');
});
afterAll(() => test.drop());

describe('copyOut', () => {
  it('gives back what was written, whatever characters, in lines that are whole', async () => {
    const anyText = fc.oneof(
      fc.string({ unit: 'binary' }).map(storableText),
      fc.constantFrom('\\N', '\\', '\t\n\r\b\f\v', '', '\\\\N'),
      fc.string({ unit: 'grapheme', minLength: 20_000, maxLength: 30_000 }).map(storableText),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(anyText, fc.option(anyText)), { maxLength: 30 }), async (sent) => {
        const { pool } = test.database;
        await pool.query('TRUNCATE sent');
        await test.database.copyInto(
          'sent',
          ['place', 'first', 'second'],
          sent.map(([first, second], place) => [place, first, second]),
        );
        const client = await pool.connect();
        try {
          const read: (string | null)[][] = [];
          const stream = copyOut(client, 'COPY (SELECT first, second FROM sent ORDER BY place) TO STDOUT');
          for await (const lines of copyLines(stream)) read.push(...lines.map(copyFields));
          expect(read).toEqual(sent);
        } finally {
          client.release();
        }
      }),
      { numRuns: 40 },
    );
  });

  it('says what the server refuses, and leaves the client usable', async () => {
    const client = await test.database.pool.connect();
    try {
      const read = async (): Promise<void> => {
        for await (const _ of copyOut(client, 'COPY (SELECT 1 / place FROM sent2) TO STDOUT'));
      };
      await expect(read()).rejects.toThrow(/sent2/);
      expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    } finally {
      client.release();
    }
  });
});
