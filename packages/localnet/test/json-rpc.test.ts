import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { post, startTestNet, type TestNet } from './support.js';

describe('JSON-RPC', () => {
  let test: TestNet;
  beforeAll(async () => {
    test = await startTestNet();
  });
  afterAll(() => test.stop());

  const ask = async (body: string): Promise<unknown> => JSON.parse(await post(test.net.url, body));
  const request = (id: unknown, method: string, params?: unknown) => ({ jsonrpc: '2.0', id, method, params });

  it('says what is wrong with a request', async () => {
    const cases: [body: string, code: number, text: string][] = [
      ['{"jsonrpc":', -32700, 'Parse error'],
      ['42', -32700, 'Parse error'],
      ['[]', -32600, 'batch'],
      [JSON.stringify({ jsonrpc: '2.0', id: {}, method: 'getSlot' }), -32600, 'Invalid request'],
      [JSON.stringify(request(1, 'getNothing')), -32601, 'Method not found'],
      [JSON.stringify(request(1, 'getBalance', [])), -32602, 'at least 1 argument(s)'],
      [JSON.stringify(request(1, 'getBalance', ['0OIl'])), -32602, 'Invalid param: Invalid'],
      [JSON.stringify(request(1, 'getBalance', { address: 1 })), -32602, 'params'],
      [
        JSON.stringify(request(1, 'getTokenSupply', ['1'.repeat(32), { commitment: 'soon' }])),
        -32602,
        'soon',
      ],
      [JSON.stringify(request(1, 'getSlot', [{}, 'more'])), -32602, 'from 0 to 1 parameters'],
      [JSON.stringify(request(1, 'getSlot', [{ minContextSlot: 10 ** 9 }])), -32016, 'context slot'],
      [JSON.stringify(request(1, 'getBlock', [10 ** 9])), -32004, 'not available'],
    ];
    for (const [body, code, text] of cases) {
      const answer = (await ask(body)) as { error: { code: number; message: string } };
      expect(answer.error?.code, body).toBe(code);
      expect(answer.error.message, body).toContain(text);
    }
  });

  it('answers a batch in order and leaves notifications unanswered', async () => {
    const batch = [request('a', 'getHealth'), { jsonrpc: '2.0', method: 'getSlot' }, request(7, 'nope')];
    expect(await ask(JSON.stringify(batch))).toEqual([
      { jsonrpc: '2.0', id: 'a', result: 'ok' },
      { jsonrpc: '2.0', id: 7, error: { code: -32601, message: 'Method not found' } },
    ]);
    const tooMany = Array.from({ length: 101 }, (_item, id) => request(id, 'getHealth'));
    expect(await ask(JSON.stringify(tooMany))).toMatchObject({ error: { code: -32600 } });
  });

  it('refuses a body above its limit', async () => {
    const response = await fetch(test.net.url, { method: 'POST', body: ' '.repeat(1_100_000) });
    expect(response.status).toBe(413);
  });

  it('lets web pages of any origin call it', async () => {
    const preflight = await fetch(test.net.url, {
      method: 'OPTIONS',
      headers: { 'access-control-request-headers': 'content-type, solana-client' },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
    expect(preflight.headers.get('access-control-allow-headers')).toContain('solana-client');
  });

  it('reports its health', async () => {
    const response = await fetch(`${test.net.url}/health`);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ status: 'ok' });
    expect((await fetch(`${test.net.url}/nothing`)).status).toBe(404);
  });
});
