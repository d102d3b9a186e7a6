import { describe, expect, it } from 'vitest';
import { connectDatabase } from '../src/index.js';
import { createTestDatabase } from '../src/testing/index.js';

describe('a connection that is lost', () => {
  it('while it is in use and waits for nothing fails its next query, and nothing else', async () => {
    const test = await createTestDatabase();
    const database = connectDatabase(test.url);
    const client = await database.pool.connect();
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    // Without a listener this event would end the process.
    const lost = new Promise((resolve) => client.once('end', resolve));
    await test.database.pool.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]);
    await lost;
    await expect(client.query('SELECT 1')).rejects.toThrow();
    client.release(true);
    expect((await database.pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    await database.close();
    await test.drop();
  });
});
