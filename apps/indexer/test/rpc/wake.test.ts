import type { AddressInfo } from 'node:net';
import { type Address, address } from '@solana/kit';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocketServer } from 'ws';

import { createWakeSource, type WakeSource } from '../../src/rpc/wake.js';

const [ONE, TWO] = [
  address('nosJTmGQxvwXy23vng5UjkTbfv91Bzf9jEuro78dAGR'),
  address('nosScmHY2uR24Zh751PmGj9ww9QRNHewh9H59AfrTJE'),
];

interface Listener {
  readonly url: string;
  /** Addresses that connections subscribed to, in order. */
  readonly wanted: string[];
  /** Notifies of a transaction in a slot, or of something that names none. */
  tell(slot?: number): void;
  cut(): void;
  close(): Promise<void>;
}

const listeners: Listener[] = [];
const sources: WakeSource[] = [];
afterEach(async () => {
  for (const source of sources.splice(0)) source.close();
  await Promise.all(listeners.splice(0).map((listener) => listener.close()));
});

async function startListener(port = 0): Promise<Listener> {
  const server = new WebSocketServer({ host: '127.0.0.1', port });
  await new Promise((resolve) => server.once('listening', resolve));
  const wanted: string[] = [];
  server.on('connection', (socket) => {
    socket.on('message', (data) => {
      const { params } = JSON.parse(String(data)) as { params: [{ mentions: string[] }] };
      wanted.push(...params[0].mentions);
    });
  });
  const listener: Listener = {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    wanted,
    tell(slot) {
      const result = { context: { slot }, value: { signature: 'any', err: null, logs: [] } };
      const message = { jsonrpc: '2.0', method: 'logsNotification', params: { result, subscription: 1 } };
      for (const client of server.clients) client.send(slot === undefined ? '{}' : JSON.stringify(message));
    },
    cut() {
      for (const client of server.clients) client.terminate();
    },
    close: () =>
      new Promise((resolve) => {
        listener.cut();
        server.close(() => resolve());
      }),
  };
  listeners.push(listener);
  return listener;
}

function createSource(wsUrl: string | string[], mentions: Address | Address[] = ONE) {
  const events: string[] = [];
  const source = createWakeSource({
    wsUrl,
    mentions,
    log: (event, _, url) => events.push(`${event} ${url}`),
  });
  sources.push(source);
  return { source, events };
}

const never = new AbortController().signal;
/** Milliseconds that it slept. */
async function timed(source: WakeSource, milliseconds: number, seenSlot = 0n): Promise<number> {
  const since = Date.now();
  await source.wait(milliseconds, seenSlot, never);
  return Date.now() - since;
}

describe('a wake source', () => {
  it('subscribes to every address on every server', async () => {
    const [left, right] = [await startListener(), await startListener()];
    createSource([left.url, right.url], [ONE, TWO]);
    await vi.waitFor(() => {
      expect(left.wanted).toEqual([ONE, TWO]);
      expect(right.wanted).toEqual([ONE, TWO]);
    });
  });

  it('wakes by whichever server tells, and sleeps out its time otherwise', async () => {
    const servers = [await startListener(), await startListener()];
    const { source } = createSource(servers.map(({ url }) => url));
    await vi.waitFor(() => expect(servers.flatMap(({ wanted }) => wanted)).toHaveLength(2));
    await source.wait(0, 0n, never);
    expect(await timed(source, 120)).toBeGreaterThanOrEqual(110);
    for (const server of servers) {
      const slept = timed(source, 60_000);
      server.tell();
      expect(await slept).toBeLessThan(30_000);
    }
  });

  it('remembers what happened while nobody waited', async () => {
    const server = await startListener();
    const { source } = createSource(server.url);
    await vi.waitFor(() => expect(server.wanted).toHaveLength(1));
    expect(await timed(source, 60_000)).toBeLessThan(30_000);
  });

  it('sleeps on when it is told of what was seen, and wakes by what comes after it', async () => {
    const server = await startListener();
    const { source } = createSource(server.url);
    await vi.waitFor(() => expect(server.wanted).toHaveLength(1));
    await source.wait(0, 0n, never);
    server.tell(6);
    server.tell(7);
    expect(await timed(source, 120, 7n)).toBeGreaterThanOrEqual(110);
    const slept = timed(source, 60_000, 7n);
    server.tell(7);
    server.tell(8);
    expect(await slept).toBeLessThan(30_000);
    // Told while nobody waited.
    server.tell(9);
    expect(await timed(source, 60_000, 8n)).toBeLessThan(30_000);
  });

  it('goes on with the other servers when one is gone, and comes back to it', async () => {
    const [left, right] = [await startListener(), await startListener()];
    const { source, events } = createSource([left.url, right.url]);
    await vi.waitFor(() => expect([left.wanted, right.wanted]).toEqual([[ONE], [ONE]]));
    left.cut();
    await vi.waitFor(() => expect(events).toContain(`lost ${left.url}`));
    await source.wait(0, 0n, never);
    right.tell();
    expect(await timed(source, 60_000)).toBeLessThan(30_000);
    await vi.waitFor(() => expect(left.wanted).toEqual([ONE, ONE]), { timeout: 10_000 });
  });

  it('wakes by time alone when no server is there', async () => {
    const server = await startListener();
    await server.close();
    const { source } = createSource(server.url);
    expect(await timed(source, 50)).toBeGreaterThanOrEqual(40);
  });

  it('stops waiting when aborted', async () => {
    const server = await startListener();
    await server.close();
    const { source } = createSource(server.url);
    const stop = new AbortController();
    const waited = source.wait(60_000, 0n, stop.signal);
    stop.abort();
    await waited;
  });
});
