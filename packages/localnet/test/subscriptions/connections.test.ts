import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { openSocket } from '../socket.js';
import { until } from '../support.js';
import { newAddress, setSubscriptionScene } from './scene.js';

const KINDS: readonly (readonly [string, unknown[]])[] = [
  ['account', ['11111111111111111111111111111111']],
  ['program', ['11111111111111111111111111111111']],
  ['logs', ['all']],
  ['signature', ['1'.repeat(64)]],
  ['slot', []],
  ['slotsUpdates', []],
  ['root', []],
  ['block', ['all']],
];

describe('a websocket connection', () => {
  const scene = setSubscriptionScene();

  it('is served on the HTTP port and on the one after it', async () => {
    const { test } = scene;
    for (const url of [test.net.url.replace('http', 'ws'), test.net.wsUrl]) {
      const socket = await openSocket(url);
      const id = await socket.subscribe('slotSubscribe');
      const [first] = await socket.wait(id);
      expect(first).toMatchObject({ slot: expect.any(Number) });
      socket.close();
    }
    const plain = await fetch(test.net.wsUrl.replace('ws', 'http'));
    expect(plain.status).toBe(426);
  });

  it.each(KINDS)('subscribes to %s and unsubscribes', async (kind, params) => {
    const { socket } = scene;
    const id = await socket.subscribe(`${kind}Subscribe`, params);
    expect((await socket.call(`${kind}Unsubscribe`, [id])).result).toBe(true);
    const again = await socket.call(`${kind}Unsubscribe`, [id]);
    expect(again.error).toEqual({ code: -32602, message: 'Invalid subscription id.' });
  });

  it('hears nothing more of what it has unsubscribed from, whichever method it used', async () => {
    const { socket, payer, pay } = scene;
    const to = await newAddress();
    const ended = await socket.subscribe('accountSubscribe', [to, { commitment: 'processed' }]);
    const kept = await socket.subscribe('accountSubscribe', [to, { commitment: 'processed' }]);
    expect((await socket.call('slotUnsubscribe', [ended])).result).toBe(true);
    await payer.send([pay(to, 1_000_000n)]);
    expect(await socket.wait(kept)).toHaveLength(1);
    expect(socket.results(ended)).toEqual([]);
  });

  it('is told what is wrong with a call', async () => {
    const { socket } = scene;
    expect((await socket.call('voteSubscribe')).error?.code).toBe(-32601);
    expect((await socket.call('accountSubscribe', ['nonsense'])).error?.code).toBe(-32602);
    expect((await socket.call('programSubscribe', [])).error?.code).toBe(-32602);
    expect((await socket.call('slotUnsubscribe', ['1'])).error?.code).toBe(-32602);
  });

  it('gets no answer to what has no id, which is how clients keep it awake', async () => {
    const raw = await openRaw(scene.test.net.wsUrl);
    raw.socket.send('{"jsonrpc":"2.0","method":"ping"}');
    raw.socket.send('{"jsonrpc":"2.0","method":"slotSubscribe"}');
    raw.socket.send('{"jsonrpc":"2.0","id":1,"method":"rootUnsubscribe","params":[0]}');
    const [first] = await until('an answer', async () => raw.received.length > 0 && raw.received);
    expect(first).toMatchObject({ id: 1, error: { code: -32602 } });
    raw.socket.terminate();
  });

  it('takes several calls in one message', async () => {
    const raw = await openRaw(scene.test.net.wsUrl);
    raw.socket.send(
      '[{"jsonrpc":"2.0","id":"a","method":"slotSubscribe"},{"jsonrpc":"2.0","method":"ping"},{"jsonrpc":"2.0","id":2,"method":"no"}]',
    );
    const [batch] = await until('an answer', async () => raw.received.length > 0 && raw.received);
    expect(batch).toMatchObject([
      { id: 'a', result: expect.any(Number) },
      { id: 2, error: { code: -32601 } },
    ]);
    raw.socket.send('[]');
    await until('a refusal', async () => raw.received.some((message) => 'error' in message));
    raw.socket.terminate();
  });

  it('holds a limited number of subscriptions', async () => {
    const { socket } = scene;
    const ids = await Promise.all(Array.from({ length: 1_000 }, () => socket.subscribe('rootSubscribe')));
    expect(new Set(ids).size).toBe(1_000);
    expect((await socket.call('rootSubscribe')).error?.message).toContain('at most 1000');
  });
});

async function openRaw(url: string): Promise<{ socket: WebSocket; received: object[] }> {
  const socket = new WebSocket(url);
  const received: object[] = [];
  socket.on('message', (data) => received.push(JSON.parse(String(data)) as object));
  await once(socket, 'open');
  return { socket, received };
}
