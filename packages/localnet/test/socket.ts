import { once } from 'node:events';
import { WebSocket } from 'ws';
import { until } from './support.js';

export interface Notification {
  readonly method: string;
  readonly params: { readonly subscription: number; readonly result: unknown };
}

interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

/** A bare websocket client that keeps everything it is sent. */
export interface Socket {
  call(method: string, params?: unknown[]): Promise<Answer>;
  /** Subscribes and returns the id. */
  subscribe(method: string, params?: unknown[]): Promise<number>;
  /** The results of a subscription's notifications so far. */
  results(subscription: number): unknown[];
  /** Waits for the first `count` results of a subscription. */
  wait(subscription: number, count?: number): Promise<unknown[]>;
  raw: WebSocket;
  close(): void;
}

export async function openSocket(url: string): Promise<Socket> {
  const raw = new WebSocket(url);
  const answers = new Map<number, Answer>();
  const notifications: Notification[] = [];
  let lastId = 0;
  raw.on('message', (data) => {
    const message = JSON.parse(String(data)) as Answer | Notification;
    if ('method' in message) notifications.push(message);
    else answers.set(message.id, message);
  });
  await once(raw, 'open');

  const call: Socket['call'] = (method, params = []) => {
    lastId += 1;
    const id = lastId;
    raw.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
    return until(`an answer to ${method}`, async () => answers.get(id));
  };
  const results: Socket['results'] = (subscription) =>
    notifications.flatMap(({ params }) => (params.subscription === subscription ? [params.result] : []));

  return {
    raw,
    call,
    async subscribe(method, params) {
      const { result, error } = await call(method, params);
      if (typeof result !== 'number') throw new Error(`${method}: ${JSON.stringify(error)}`);
      return result;
    },
    results,
    wait: (subscription, count = 1) =>
      until(`${count} notifications of subscription ${subscription}`, async () => {
        const found = results(subscription);
        return found.length >= count ? found : null;
      }),
    close: () => raw.terminate(),
  };
}
