import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectedStartSeconds } from '../src/markets/expected-start.js';
import { addressOf, createWorld, MARKET, MARKET_NAME, NOW, OTHER_MARKET, type World } from './world.js';

/** A JSON-RPC server that answers getTokenAccountBalance with what a test sets. */
async function createBalanceServer() {
  let answer: unknown = null;
  let asked: unknown = null;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      asked = JSON.parse(body);
      response.end(JSON.stringify({ jsonrpc: '2.0', id: 1, ...(answer as object) }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: () => asked,
    answer(value: unknown) {
      answer = value;
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

const balance = (amount: string) => ({ result: { context: { slot: 1 }, value: { amount, decimals: 6 } } });

describe('markets', () => {
  let world: World;
  let rpc: Awaited<ReturnType<typeof createBalanceServer>>;
  beforeAll(async () => {
    rpc = await createBalanceServer();
    world = await createWorld({ serverRpcUrl: rpc.url });
    await world.market(MARKET, { queue_type: 'jobs', queue: [addressOf('a'), addressOf('b')] });
    await world.market(OTHER_MARKET, { queue_type: 'nodes', queue: [addressOf('idle')] });
    await world.job('a', 100);
    await world.job('b', 101);
    for (const [index, wait] of [2, 4, 9].entries()) {
      await world.job(`done${index}`, 50 + index, {
        status: 'finished',
        node: addressOf(`node${index % 2}`),
        listed_at: NOW - 100,
        started_at: NOW - 100 + wait,
        ended_at: NOW - 100 + wait + 10,
        paid: 100_000n,
      });
    }
    await world.job('busy', 60, {
      status: 'running',
      node: addressOf('node0'),
      listed_at: NOW - 9,
      started_at: NOW - 5,
    });
    await world.ledger('in', 50);
    await world.ledger('out', 51, { kind: 'payout', amount: 100_000n, vault_delta: -100_000n });
  });
  afterAll(async () => {
    await world.close();
    await rpc.close();
  });

  it('lists price, queue, people and times of each market', async () => {
    const rows = await world.api.createCaller().markets.list();
    expect(rows[0]).toMatchObject({
      address: MARKET,
      name: MARKET_NAME,
      queueType: 'jobs',
      queueLength: 2,
      jobsRunning: 1,
      jobsTotal: 6,
      nodesSeen: 2,
      medianWaitSeconds: 4,
      medianRunSeconds: 10,
      // two wait, one node is at work, ten seconds a run
      expectedStartSeconds: 30,
      paid: 300_000n,
    });
    expect(rows[1]).toMatchObject({ expectedStartSeconds: 0, medianWaitSeconds: null });
  });

  it('proves the vault against the chain', async () => {
    const read = () => world.api.createCaller().markets.byAddress({ address: MARKET });
    rpc.answer(balance('500000'));
    const detail = await read();
    expect(detail.proof).toEqual({ state: 'equal', ledger: 500_000n, chain: 500_000n });
    expect(rpc.asked()).toMatchObject({
      method: 'getTokenAccountBalance',
      params: [addressOf(`vault of ${MARKET}`), { commitment: 'confirmed' }],
    });
    expect(detail.jobCounts).toEqual({ queued: 2, finished: 3, running: 1 });
    expect(detail.ledger).toEqual([
      { kind: 'deposit', entries: 1, amount: 600_000n },
      { kind: 'payout', entries: 1, amount: 100_000n },
    ]);

    rpc.answer(balance('499999'));
    expect((await read()).proof).toEqual({ state: 'different', ledger: 500_000n, chain: 499_999n });
    rpc.answer({ error: { code: -32602, message: 'Invalid param: could not find account' } });
    expect((await read()).proof).toEqual({ state: 'different', ledger: 500_000n, chain: 0n });
    rpc.answer({ error: { code: -32005, message: 'Node is behind' } });
    expect((await read()).proof).toMatchObject({ state: 'unknown', chain: null });
    rpc.answer('<html>');
    expect((await read()).proof).toMatchObject({ state: 'unknown', ledger: 500_000n });
  });

  it('knows no market that is not there', async () => {
    await expect(
      world.api.createCaller().markets.byAddress({ address: addressOf('nowhere') }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('expected start', () => {
  const view = fc.record({
    queueType: fc.constantFrom('jobs' as const, 'nodes' as const, 'empty' as const),
    queueLength: fc.nat(314),
    running: fc.integer({ min: 1, max: 500 }),
    medianRunSeconds: fc.double({ min: 0, max: 86_400, noNaN: true }),
  });

  it('never gets shorter further back in the queue, nor longer with more nodes', () => {
    fc.assert(
      fc.property(view, fc.integer({ min: 1, max: 300 }), (queue, place) => {
        const here = expectedStartSeconds(queue, place);
        const behind = expectedStartSeconds(queue, place + 1);
        const helped = expectedStartSeconds({ ...queue, running: queue.running + 1 }, place);
        expect(here).not.toBeNull();
        expect(behind ?? 0).toBeGreaterThanOrEqual(here ?? 0);
        expect(helped ?? 0).toBeLessThanOrEqual(here ?? 0);
      }),
    );
  });

  it('is at once where a node waits, and unknown where nobody works', () => {
    expect(
      expectedStartSeconds({ queueType: 'nodes', queueLength: 1, running: 0, medianRunSeconds: null }),
    ).toBe(0);
    expect(
      expectedStartSeconds({ queueType: 'jobs', queueLength: 1, running: 0, medianRunSeconds: 5 }),
    ).toBeNull();
  });
});
