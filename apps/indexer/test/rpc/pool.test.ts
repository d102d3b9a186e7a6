import { afterEach, describe, expect, it, vi } from 'vitest';

import { createRpcClient } from '../../src/rpc/client.js';
import { RpcError } from '../../src/rpc/errors.js';
import { createEndpointPool } from '../../src/rpc/pool.js';
import { SaidError, type ScriptedRpc, startScriptedRpc, withStatus } from '../support/scripted-rpc.js';

const GENESIS = '5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d';
const SIGNATURE = '5'.repeat(88);
const TRANSACTION = { slot: 7, meta: {}, transaction: { signatures: [SIGNATURE] } };

const opened: ScriptedRpc[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((rpc) => rpc.close()));
});

/** A server at slot 100 that has one transaction. */
async function server({
  slot = 100,
  genesis = GENESIS,
  ...options
}: {
  slot?: number;
  genesis?: string;
  path?: string;
  latencyMs?: number;
} = {}): Promise<ScriptedRpc> {
  const rpc = await startScriptedRpc(({ method, params }) => {
    if (method === 'getSlot') return slot;
    if (method === 'getGenesisHash') return genesis;
    if (method === 'getTransaction') return params[0] === SIGNATURE ? TRANSACTION : null;
    if (method === 'getSignaturesForAddress') return [{ signature: SIGNATURE, slot: 7 }];
    throw new SaidError(-32_601, 'Method not found');
  }, options);
  opened.push(rpc);
  return rpc;
}

const asked = (rpc: ScriptedRpc, method: string): number =>
  rpc.calls.filter((call) => call.method === method).length;
const never = new AbortController().signal;
const getTransaction = (signature = SIGNATURE) => ({ method: 'getTransaction', params: [signature] });

describe('a pool of endpoints', () => {
  it('asks the first as long as it answers', async () => {
    const [one, two] = [await server(), await server({ latencyMs: 2_000 })];
    const pool = createEndpointPool({ urls: [one.url, two.url] });
    for (let count = 0; count < 20; count++) {
      expect(await pool.send([getTransaction()], never)).toEqual([{ ok: true, result: TRANSACTION }]);
    }
    expect(asked(one, 'getTransaction')).toBe(20);
    expect(asked(two, 'getTransaction')).toBe(0);
  });

  it.each([
    ['answers with status 503', withStatus(503)],
    ['answers with status 401', withStatus(401)],
    [
      'cuts the connection',
      (response: Parameters<ScriptedRpc['intercept']>[0]) => response.destroy() !== undefined,
    ],
    [
      'sends no JSON',
      (response: Parameters<ScriptedRpc['intercept']>[0]) => response.end('<html>') !== undefined,
    ],
  ])('goes to the next when one %s, and stays there', async (_, intercept) => {
    const [one, two] = [await server(), await server()];
    one.intercept = intercept;
    const pool = createEndpointPool({ urls: [one.url, two.url] });
    for (let count = 0; count < 10; count++) {
      expect(await pool.send([getTransaction()], never)).toEqual([{ ok: true, result: TRANSACTION }]);
    }
    expect(asked(two, 'getTransaction')).toBe(10);
    expect(one.calls.length).toBeLessThan(5);
  });

  it('comes back to the better one when it has recovered', async () => {
    const [one, two] = [await server(), await server({ latencyMs: 200 })];
    const pool = createEndpointPool({ urls: [one.url, two.url], compareMs: 50 });
    one.intercept = withStatus(503);
    await pool.send([getTransaction()], never);
    expect(asked(two, 'getTransaction')).toBe(1);
    one.intercept = () => false;
    await vi.waitFor(
      async () => {
        const before = asked(two, 'getTransaction');
        await pool.send([getTransaction()], never);
        expect(asked(two, 'getTransaction')).toBe(before);
      },
      { timeout: 20_000 },
    );
  });

  it('does not ask one that asked to wait until the time is over', async () => {
    const [one, two] = [await server(), await server({ latencyMs: 100 })];
    const pool = createEndpointPool({ urls: [one.url, two.url], compareMs: 50 });
    await pool.send([getTransaction()], never);
    one.intercept = withStatus(429, { 'retry-after': '2' });
    // Comparisons may meet it first.
    await vi.waitFor(async () => {
      await pool.send([getTransaction()], never);
      expect(asked(two, 'getTransaction')).toBeGreaterThan(0);
    });
    const since = Date.now();
    const before = one.calls.length;
    one.intercept = () => false;
    while (Date.now() - since < 1_500) await pool.send([getTransaction()], never);
    expect(one.calls.length).toBe(before);
    await vi.waitFor(
      async () => {
        await pool.send([getTransaction()], never);
        expect(one.calls.length).toBeGreaterThan(before);
      },
      { timeout: 20_000 },
    );
    expect(Date.now() - since).toBeGreaterThan(1_700);
  });

  it('waits when all asked to, and no longer', async () => {
    const one = await server();
    const two = await server();
    for (const rpc of [one, two]) rpc.intercept = withStatus(429, { 'retry-after': '1' });
    const pool = createEndpointPool({ urls: [one.url, two.url] });
    const failed = await pool.send([getTransaction()], never).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(RpcError);
    expect(failed).toMatchObject({ code: 'rate_limited', retryAfterMs: 1_000 });
    const at = Date.now();
    for (const rpc of [one, two]) rpc.intercept = () => false;
    await pool.send([getTransaction()], never);
    expect(Date.now() - at).toBeGreaterThan(700);
    expect(Date.now() - at).toBeLessThan(5_000);
  });

  it('asks the others for what one does not have, and believes that it is nowhere when all say so', async () => {
    const [one, two] = [await server(), await server()];
    one.answer = ({ method }) => (method === 'getGenesisHash' ? GENESIS : method === 'getSlot' ? 100 : null);
    const pool = createEndpointPool({ urls: [one.url, two.url] });
    expect(await pool.send([getTransaction('x'), getTransaction()], never)).toEqual([
      { ok: true, result: null },
      { ok: true, result: TRANSACTION },
    ]);
  });

  it('does not believe an empty list, nor an answer of another shape, while another endpoint has one', async () => {
    const [one, two] = [await server(), await server()];
    const call = { method: 'getSignaturesForAddress', params: ['a', {}] };
    const real = one.answer;
    for (const wrong of [[], { surprise: true }, null, 'x']) {
      one.answer = (given) => (given.method === call.method ? wrong : real(given));
      const pool = createEndpointPool({ urls: [one.url, two.url] });
      expect(await pool.send([call], never)).toEqual([
        { ok: true, result: [{ signature: SIGNATURE, slot: 7 }] },
      ]);
    }
  });

  it('leaves out an endpoint of another chain, and one without the method', async () => {
    const other = await server({ genesis: 'EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG', slot: 900 });
    const [one, two] = [await server(), await server()];
    two.answer = ({ method }) => (method === 'special' ? 'yes' : method === 'getSlot' ? 100 : GENESIS);
    const pool = createEndpointPool({ urls: [one.url, other.url, two.url] });
    for (let count = 0; count < 3; count++) {
      expect(await pool.send([{ method: 'special', params: [] }], never)).toEqual([
        { ok: true, result: 'yes' },
      ]);
    }
    expect(asked(one, 'special')).toBe(1);
    expect(asked(other, 'special')).toBe(0);
  });

  it('prefers one that keeps up with the chain', async () => {
    const [one, two] = [await server({ slot: 1_000 }), await server({ slot: 5_000 })];
    const pool = createEndpointPool({ urls: [one.url, two.url], compareMs: 50 });
    await vi.waitFor(async () => {
      expect(await pool.send([{ method: 'getSlot', params: [] }], never)).toEqual([
        { ok: true, result: 5_000 },
      ]);
    });
    const before = asked(one, 'getTransaction');
    await pool.send([getTransaction()], never);
    expect(asked(one, 'getTransaction')).toBe(before);
  });

  it('goes on when an endpoint never answers', async () => {
    const [one, two] = [await server(), await server()];
    const pool = createEndpointPool({ urls: [one.url, two.url], timeoutMs: 300 });
    await pool.send([getTransaction()], never);
    one.intercept = () => true;
    expect(await pool.send([getTransaction()], never)).toEqual([{ ok: true, result: TRANSACTION }]);
  });

  it('stops at once when it is told to', async () => {
    const one = await server();
    one.intercept = () => true;
    const pool = createEndpointPool({ urls: [one.url] });
    const stop = new AbortController();
    const sent = pool.send([getTransaction()], stop.signal);
    await vi.waitFor(() => expect(one.open).toBe(1));
    stop.abort(new Error('enough'));
    await expect(sent).rejects.toThrow('enough');
    await vi.waitFor(() => expect(one.open).toBe(0));
  });
});

describe('keys in URLs', () => {
  const KEY = 'abcdef0123456789abcdef';

  it.each([`/${KEY}/`, `/?api-key=${KEY}`, `/rpc?${KEY}`])('do not get into errors from %s', async (path) => {
    const one = await server({ path });
    const two = await server({ path });
    const said: string[] = [];
    for (const rpc of [one, two]) {
      rpc.answer = () => {
        throw new SaidError(-32_005, `key ${KEY} is not valid`);
      };
    }
    for (const url of [one.url, [one.url, two.url]]) {
      const client = createRpcClient({ url, onTrouble: (error) => said.push(error?.message ?? '') });
      const stop = new AbortController();
      const call = client.headSlot(stop.signal);
      await vi.waitFor(() => expect(said.length).toBeGreaterThan(1));
      stop.abort();
      await expect(call).rejects.toThrow();
      const [outcome] = await client.send([getTransaction()], never).catch((error: RpcError) => [{ error }]);
      said.push(JSON.stringify(outcome));
    }
    one.intercept = withStatus(403);
    await createRpcClient({ url: one.url })
      .genesisHash(never)
      .catch((error: Error) => said.push(String(error.stack)));
    expect(said.length).toBeGreaterThan(4);
    expect(said.join()).toContain('***');
    expect(said.join()).not.toContain(KEY);
  });
});

describe('a paced client', () => {
  it('slows down to what a server takes, and has everything in the end', async () => {
    const one = await server({ latencyMs: 5 });
    const starts: number[] = [];
    let refused = 0;
    one.intercept = (response, calls) => {
      const now = Date.now();
      while ((starts[0] ?? now) <= now - 1_000) starts.shift();
      if (starts.length >= 30) {
        refused++;
        return withStatus(429)(response, calls);
      }
      starts.push(now);
      return false;
    };
    const client = createRpcClient({ url: one.url });
    const slots = await Promise.all(Array.from({ length: 120 }, () => client.headSlot(never)));
    expect(slots).toHaveLength(120);
    expect(refused).toBeGreaterThan(0);
    expect(refused).toBeLessThan(60);
  });
});
