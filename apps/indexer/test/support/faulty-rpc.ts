import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

import type { Random } from './random.js';

/** An RPC in front of a real one that fails in the ways that real ones do. */
export interface FaultyRpc {
  readonly url: string;
  /** How often each fault happened. */
  readonly faults: ReadonlyMap<string, number>;
  /** Of so many requests, one fails. 0: none. */
  oneIn: number;
  close(): Promise<void>;
}

interface Answer {
  id: number;
  result?: unknown;
}

type Fault = (response: ServerResponse, answer: string) => void | Promise<void>;

const editResults = (answer: string, edit: (result: unknown) => unknown): string => {
  const json = JSON.parse(answer) as Answer | Answer[];
  const one = (entry: Answer): Answer => ({ ...entry, result: edit(entry.result) });
  return JSON.stringify(Array.isArray(json) ? json.map(one) : one(json));
};
const send = (response: ServerResponse, status: number, body: string, headers = {}): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
};

const FAULTS: Readonly<Record<string, Fault>> = {
  'status 429': (response) => send(response, 429, '', { 'retry-after': '0' }),
  'status 503': (response) => send(response, 503, 'try later'),
  'cut connection': (response) => void response.destroy(),
  'half an answer': (response, answer) => send(response, 200, answer.slice(0, answer.length / 2)),
  'error in the answer': (response) =>
    send(
      response,
      200,
      JSON.stringify({ jsonrpc: '2.0', id: 0, error: { code: -32_005, message: 'node is behind' } }),
    ),
  'null results': (response, answer) =>
    send(
      response,
      200,
      editResults(answer, () => null),
    ),
  'other results': (response, answer) =>
    send(
      response,
      200,
      editResults(answer, () => ({ surprise: true })),
    ),
  'empty page': (response, answer) =>
    send(
      response,
      200,
      editResults(answer, (result) => (Array.isArray(result) ? [] : result)),
    ),
  'part of a batch': (response, answer) => {
    const json = JSON.parse(answer) as Answer | Answer[];
    send(response, 200, JSON.stringify(Array.isArray(json) ? json.slice(1).reverse() : json));
  },
  'late answer': async (response, answer) => {
    await delay(100);
    send(response, 200, answer);
  },
};

export async function startFaultyRpc(upstream: string, random: Random, oneIn: number): Promise<FaultyRpc> {
  const faults = new Map<string, number>();
  const rpc = { oneIn };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const upstreamAnswer = await fetch(upstream, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: Buffer.concat(chunks),
    });
    const text = await upstreamAnswer.text();
    if (rpc.oneIn === 0 || random.int(rpc.oneIn) !== 0) return send(response, 200, text);
    const [name, fault] = random.pick(Object.entries(FAULTS));
    faults.set(name, (faults.get(name) ?? 0) + 1);
    await fault(response, text);
  };
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    faults,
    get oneIn() {
      return rpc.oneIn;
    },
    set oneIn(value) {
      rpc.oneIn = value;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
