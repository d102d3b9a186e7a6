import { afterEach, describe, expect, it } from 'vitest';
import { addressOf, createWorld, type World } from './world.js';

describe('errors', () => {
  let world: World;
  afterEach(() => world.close());

  it('shows 4xx texts and keeps 5xx texts and stacks on the server', async () => {
    const seen: unknown[] = [];
    world = await createWorld({ onError: (error) => seen.push(error) });
    await world.database.pool.query('drop table hardware_device cascade');
    const ask = async (path: string, input?: unknown) => {
      const query =
        input === undefined ? '' : `?input=${encodeURIComponent(JSON.stringify({ json: input }))}`;
      const response = await world.api.handle(new Request(`http://localhost/api/trpc/${path}${query}`));
      return { status: response.status, text: await response.text() };
    };

    const broken = await ask('hardware.list');
    expect(broken.status).toBe(500);
    expect(broken.text).toContain('Something went wrong on our side.');
    expect(broken.text).not.toMatch(/hardware_device|relation|stack|\.ts/);
    expect(String(seen[0])).toContain('hardware_device');

    const missing = await ask('jobs.byAddress', { address: addressOf('nobody') });
    expect(missing.status).toBe(404);
    expect(missing.text).toContain(`No job ${addressOf('nobody')}`);
    expect(missing.text).not.toContain('stack');

    const invalid = await ask('jobs.byAddress', { address: 'not an address' });
    expect(invalid.status).toBe(400);
    expect(invalid.text).toContain('base58');
    expect(seen).toHaveLength(1);
  });

  it('cancels statements that take too long, and the connection stays usable', async () => {
    world = await createWorld({ statementTimeoutMs: 50 });
    await world.database.pool.query('alter table market rename to market_rows');
    await world.database.pool.query(
      'create view market as select m.* from market_rows m right join (select pg_sleep(2)) slow on true',
    );
    await expect(world.api.createCaller().markets.list()).rejects.toMatchObject({ code: 'TIMEOUT' });
    expect((await world.api.createCaller().nodes.list({})).rows).toEqual([]);
  });

  it('answers a client that asks too much with 429, and others as before', async () => {
    let milliseconds = 0;
    world = await createWorld({ now: () => milliseconds });
    const ask = (client: string, path = 'config.get') =>
      world.api.handle(
        new Request(`http://localhost/api/trpc/${path}`, { headers: { 'x-forwarded-for': client } }),
      );
    const statuses = await Promise.all(Array.from({ length: 201 }, async () => (await ask('a')).status));
    expect(statuses.filter((status) => status === 200)).toHaveLength(200);
    expect(statuses.at(-1)).toBe(429);
    expect((await ask('b')).status).toBe(200);
    milliseconds = 50;
    expect((await ask('a')).status).toBe(200);
    const refused = await ask('a');
    expect(refused.headers.get('retry-after')).toBe('1');
  });

  it('refuses a request that holds more calls than a page ever makes', async () => {
    world = await createWorld();
    const paths = Array.from({ length: 11 }, () => 'config.get').join(',');
    const response = await world.api.handle(
      new Request(`http://localhost/api/trpc/${paths}?batch=1&input=%7B%7D`),
    );
    expect(response.status).toBe(400);
  });
});
