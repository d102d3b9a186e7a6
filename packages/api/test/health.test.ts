import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApi } from '../src/index.js';
import { createWorld, MARKET, NOW, type World } from './world.js';

describe('health', () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld();
    await world.market(MARKET);
    await world.job('done', 100, { status: 'finished' });
    await world.job('ended', 101, { status: 'ended' });
    await world.job('waiting', 102);
  });
  afterAll(() => world.close());

  it('is unavailable before an indexer has run', async () => {
    expect(await world.api.health()).toMatchObject({
      httpStatus: 503,
      body: { status: 'unavailable', reason: 'no indexer has run yet', cluster: 'localnet', jobsSettled: 2 },
    });
  });

  it('is ok with a fresh heartbeat close to the head', async () => {
    await world.heartbeat({ head: 150n, indexed: 100n });
    expect(await world.api.health()).toMatchObject({
      httpStatus: 200,
      body: { status: 'ok', lagSlots: 50, lagSeconds: 20, jobsSettled: 2, jobsTotal: 3, headSlot: '150' },
    });
  });

  it('says how far behind the index is', async () => {
    await world.heartbeat({ head: 151n, indexed: 100n });
    expect(await world.api.health()).toMatchObject({
      httpStatus: 503,
      body: { reason: 'the index is 51 slots behind the chain', lagSlots: 51 },
    });
  });

  it('says when the indexer has gone quiet', async () => {
    await world.heartbeat({ head: 100n, indexed: 100n, at: new Date(NOW * 1_000 - 15_200) });
    expect(await world.api.health()).toMatchObject({
      httpStatus: 503,
      body: { reason: 'the indexer was last heard of 15.2 s ago', heartbeatAgeSeconds: 15.2 },
    });
  });

  it('says when the database does not answer', async () => {
    const api = createApi({
      database: {
        pool: { connect: () => Promise.reject(new Error('connection refused to secret-host')) },
        listen: () => Promise.reject(new Error('not reached')),
      },
      cluster: 'localnet',
      pinning: { pinJson: () => Promise.reject(new Error('not reached')) },
      config: { rpcUrl: 'http://127.0.0.1:1', wsUrl: 'ws://127.0.0.1:1', faucetUrl: null },
    });
    const health = await api.health();
    expect(health).toMatchObject({ httpStatus: 503, body: { reason: 'the database does not answer' } });
    expect(JSON.stringify(health)).not.toContain('secret');
  });
});
