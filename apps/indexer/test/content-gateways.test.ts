import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

import { createTestDatabase } from '@inferscan/db/testing';
import {
  type ContentClientOptions,
  ContentError,
  createContentClient,
  encodeBytes,
  encodeJson,
} from '@inferscan/storage';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { createContentWorker } from '../src/content/content-worker.js';
import { cidOf, flow, START, writeJobs } from './support/jobs.js';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function serve(listener: RequestListener): Promise<string> {
  const server: Server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function clientOf(gateways: readonly string[], options: Partial<ContentClientOptions> = {}) {
  const client = createContentClient({ gateways: [...gateways], allowPrivate: true, ...options });
  cleanups.push(() => client.close());
  return client;
}

const DOCUMENT = { status: 'success', opStates: [] };
const honest: RequestListener = (_, response) => response.end(JSON.stringify(DOCUMENT));
/** Bytes that never end, slowly. */
const drip: RequestListener = (_, response) => {
  response.write('{"status":"');
  const timer = setInterval(() => response.write('x'), 20);
  response.once('close', () => clearInterval(timer));
};

describe('gateways', () => {
  it.each<[string, RequestListener]>([
    [
      'an error page under status 200',
      (_, response) => response.end('<html><h1>504 Gateway Time-out</h1></html>'),
    ],
    ['a JSON error under status 200', (_, response) => response.end('{"error":{"code":"NOT_FOUND"}}')],
    ['another document', (_, response) => response.end('{"status":"success","opStates":[1]}')],
    ['nothing at all', (_, response) => response.end()],
    ['an empty answer with status 204', (_, response) => response.writeHead(204).end()],
    ['status 404', (_, response) => response.writeHead(404).end(JSON.stringify(DOCUMENT))],
    ['status 429', (_, response) => response.writeHead(429, { 'retry-after': '1' }).end()],
    [
      'status 500 with the right bytes',
      (_, response) => response.writeHead(500).end(JSON.stringify(DOCUMENT)),
    ],
    ['a connection that breaks', (request) => request.socket.destroy()],
    ['silence', () => undefined],
    ['a slow drip', drip],
    ['more than the limit', (_, response) => response.end(Buffer.alloc(50_000, 32))],
    [
      'more than the limit, compressed',
      (_, response) =>
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(5_000_000, 32))),
    ],
    [
      'a redirect in a circle',
      (request, response) => response.writeHead(302, { location: request.url }).end(),
    ],
  ])('that answer with %s are passed over', async (_, listener) => {
    const { cid } = await encodeJson(DOCUMENT);
    const [broken, good] = [await serve(listener), await serve(honest)];
    const limits = { maxBytes: 10_000, timeoutMs: 2_000 };
    expect(await clientOf([broken, good], limits).fetchJson(cid)).toEqual(DOCUMENT);
    await expect(clientOf([broken], limits).fetchJson(cid)).rejects.toMatchObject({ name: 'ContentError' });
  });

  it('may not lead to private addresses', async () => {
    const { cid } = await encodeJson(DOCUMENT);
    const inside = await serve(honest);
    const guarded = clientOf([inside, inside.replace('127.0.0.1', 'localhost'), 'http://[::ffff:7f00:1]/'], {
      allowPrivate: false,
    });
    await expect(guarded.fetchJson(cid)).rejects.toMatchObject({ code: 'refused' });
  });

  it('may serve right bytes that are no JSON, and that is final', async () => {
    const text = '<html>pinned as it is</html>';
    const { cid } = await encodeBytes(new TextEncoder().encode(text));
    const page = await serve((_, response) => response.end(text));
    await expect(clientOf([page]).fetchJson(cid)).rejects.toMatchObject({
      code: 'not_json',
      retryable: false,
    });
  });
});

describe('the queue', () => {
  async function start(fetchJson: (cid: string, options?: { signal?: AbortSignal }) => Promise<unknown>) {
    const test = await createTestDatabase();
    const stopper = new AbortController();
    const worker = createContentWorker({ database: test.database, client: { fetchJson }, concurrency: 4 });
    const done = worker.run(stopper.signal);
    cleanups.push(async () => {
      stopper.abort();
      await done;
      await test.drop();
    });
    const status = async (name: string) => {
      const { rows } = await test.database.pool.query<{ line: string }>(
        `SELECT concat_ws(' ', status, retrying) AS line FROM content WHERE cid = $1`,
        [cidOf(name)],
      );
      return rows[0]?.line;
    };
    return { ...test, worker, status };
  }

  it('lets new documents pass those that nobody has', async () => {
    const asked = new Map<string, number>();
    const silent = new Set<string>();
    const { database, worker, status } = await start(async (cid, { signal } = {}) => {
      const count = (asked.get(cid) ?? 0) + 1;
      asked.set(cid, count);
      if (!silent.has(cid)) return flow();
      if (count === 1) throw new ContentError('not_found', 'nobody has it', true);
      // From the second time on the gateways hang.
      return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
    });
    const finished = { status: 'finished', ended_at: START } as const;
    const hanging = Array.from({ length: 10 }, (_, index) => `hanging ${index}`);
    for (const name of hanging) silent.add(cidOf(name));
    await writeJobs(
      database,
      hanging.map((name) => ({ id: name, ...finished, result_cid: cidOf(name) })),
    );
    worker.wake();
    await vi.waitFor(() => expect([...asked.values()].filter((count) => count > 1)).toHaveLength(2), 20_000);
    // Half of the places hang by now; new documents come through the others.
    for (const name of ['new', 'newer']) {
      await writeJobs(database, [{ id: name, ...finished, result_cid: cidOf(name) }]);
      worker.wake();
      await vi.waitFor(async () => expect(await status(name)).toBe('fetched f'), 10_000);
    }
    expect(await status('hanging 0')).toBe('pending t');
  });

  it('asks again for a document while new ones keep it busy', async () => {
    let hanging = 0;
    const { database, worker, status } = await start(async (cid, { signal } = {}) => {
      if (cid === cidOf('flaky')) {
        if (hanging < 3) throw new ContentError('not_found', 'not yet', true);
        return flow();
      }
      hanging++;
      return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
    });
    const finished = { status: 'finished', ended_at: START } as const;
    await writeJobs(database, [{ id: 'flaky', ...finished, result_cid: cidOf('flaky') }]);
    worker.wake();
    await vi.waitFor(async () => expect(await status('flaky')).toBe('pending t'), 10_000);
    const backlog = Array.from({ length: 10 }, (_, index) => `backlog ${index}`);
    await writeJobs(
      database,
      backlog.map((name) => ({ id: name, ...finished, result_cid: cidOf(name) })),
    );
    worker.wake();
    await vi.waitFor(async () => expect(await status('flaky')).toBe('fetched f'), 20_000);
    expect(hanging).toBe(3);
  });

  it('asks again and again for what it was refused, also for what was too large', async () => {
    const answers = new Map<string, string[]>([
      [cidOf('flaky'), ['timeout', 'digest_mismatch', 'refused']],
      [cidOf('large'), ['too_large']],
    ]);
    const { database, worker, status } = await start(async (cid) => {
      const code = answers.get(cid)?.shift();
      if (code !== undefined) throw new ContentError(code as 'timeout', `said ${code}`, code === 'timeout');
      return flow();
    });
    const finished = { status: 'finished', ended_at: START } as const;
    await writeJobs(database, [
      { id: 'flaky', ...finished, result_cid: cidOf('flaky') },
      { id: 'large', ...finished, result_cid: cidOf('large') },
    ]);
    worker.wake();
    await vi.waitFor(async () => expect(await status('flaky')).toBe('fetched f'), 20_000);
    expect(await status('large')).toBe('pending t');
    const { rows } = await database.pool.query<{ later: boolean }>(
      `SELECT next_attempt_at > now() + interval '1 hour' AS later FROM content WHERE cid = $1`,
      [cidOf('large')],
    );
    // A gateway can lie about that too, but the truth costs as much every time.
    expect(rows).toEqual([{ later: true }]);
  });
});
