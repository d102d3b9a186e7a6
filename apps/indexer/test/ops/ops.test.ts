import { once } from 'node:events';
import { connect } from 'node:net';

import { createTestDatabase, type TestDatabase } from '@inferscan/db/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { startTestChain, type TestChain } from '../support/chain.js';
import { type RunningCommand, startCommand } from '../support/command.js';
import { stored } from '../support/indexing.js';
import { createLives, type Lives } from '../support/lives.js';
import { createRandom, testSeed } from '../support/random.js';

const seed = testSeed();
const SECRET = 'a-secret-key-0123456789';
let chain: TestChain;
let database: TestDatabase;
let lives: Lives;
let indexer: RunningCommand;
let url: string;

const environment = (more: Record<string, string> = {}): Record<string, string> => ({
  // The localnet takes no heed of it; an operator's provider would.
  RPC_URL: `${chain.net.url}?api-key=${SECRET}`,
  WS_URL: chain.net.wsUrl,
  DATABASE_URL: database.url,
  IPFS_GATEWAYS: 'http://127.0.0.1:9',
  OPS_PORT: '0',
  ...more,
});

/** Where a command serves health and metrics, as its log says. */
async function opsUrl({ stderr }: RunningCommand): Promise<string> {
  return vi.waitFor(
    () => {
      const found = /"url":"(http:[^"]+)","msg":"serving health and metrics"/.exec(stderr())?.[1];
      if (found === undefined) throw new Error('it does not serve yet');
      return found;
    },
    { timeout: 30_000, interval: 50 },
  );
}

interface Health {
  readonly status: string;
  readonly role: string;
  readonly phase: string;
  readonly indexedSlot: string;
  readonly sources: readonly { readonly endpoint: string; readonly calls: number }[];
  readonly [key: string]: unknown;
}
const health = async (at: string): Promise<{ code: number; body: Health }> => {
  const response = await fetch(`${at}/health`);
  return { code: response.status, body: (await response.json()) as Health };
};
const until = (check: () => Promise<void>): Promise<void> =>
  vi.waitFor(check, { timeout: 60_000, interval: 100 });

/** Samples of the text format by name and labels. */
async function metricsAt(at: string): Promise<Map<string, number>> {
  const response = await fetch(`${at}/metrics`);
  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  const lines = (await response.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const end = line.lastIndexOf(' ');
      return [line.slice(0, end), Number(line.slice(end + 1))];
    }),
  );
}

beforeAll(async () => {
  console.log(`ops: TEST_SEED=${seed}`);
  chain = await startTestChain();
  database = await createTestDatabase();
  lives = await createLives(chain, createRandom(seed));
  for (let steps = 0; steps < 15; steps++) await lives.step();
  indexer = startCommand(['follow'], environment());
  url = await opsUrl(indexer);
  await stored(database.database, lives.lastSignature);
});
afterAll(async () => {
  indexer.child.kill('SIGKILL');
  await indexer.finished;
  await database.drop();
  await chain.stop();
});

describe('health and metrics over HTTP', () => {
  it('say how the writer is, and its figures', async () => {
    await until(async () => {
      const { code, body } = await health(url);
      expect(code).toBe(200);
      expect(body).toMatchObject({ status: 'ok', role: 'writer', phase: 'tip', problems: [] });
      expect(body.lastReconciliation).toMatchObject({
        accounts: expect.any(Number),
        vaults: expect.any(Number),
      });
    });
    const { body } = await health(url);
    expect(body.lastDifference).toBe(null);
    expect(body.sources).toMatchObject([{ endpoint: chain.net.url.replace(/\/$/, ''), failures: 0 }]);
    expect(body.heartbeat).toMatchObject({ error: null });

    const { rows } = await database.database.pool.query<{ n: bigint }>(
      'SELECT count(*) AS n FROM chain_transaction',
    );
    const metrics = await metricsAt(url);
    const of = (name: string) => metrics.get(`inferscan_indexer_${name}`);
    expect(of('transactions_total')).toBe(Number(rows[0]?.n));
    expect(of('writer')).toBe(1);
    expect(of('at_tip')).toBe(1);
    expect(of('rollbacks_total')).toBe(0);
    expect(of('indexed_slot')).toBeGreaterThanOrEqual(Number(body.indexedSlot));
    expect(of('head_slot')).toBeGreaterThanOrEqual(of('indexed_slot') ?? Number.POSITIVE_INFINITY);
    expect(of('lag_seconds')).toBeLessThan(10);
    for (const stage of ['fetch', 'fold', 'write']) {
      expect(of(`batch_seconds_count{stage="${stage}"}`)).toBeGreaterThan(0);
    }
    const getSlot = [...metrics].find(([name]) =>
      /rpc_requests_total\{.*method="getSlot",outcome="ok"/.test(name),
    );
    expect(getSlot?.[1]).toBeGreaterThan(0);
    // Nobody has the documents: they wait in one lane or the other.
    const waiting = (of('content_queue{lane="fresh"}') ?? 0) + (of('content_queue{lane="retries"}') ?? 0);
    expect(waiting).toBeGreaterThan(0);
    expect(of('hours_to_count')).toBeGreaterThanOrEqual(0);
    expect(body.hoursToCount).toBeGreaterThanOrEqual(0);
    expect(metrics.get('process_resident_memory_bytes')).toBeGreaterThan(1e6);
  });

  it('keep keys and passwords to themselves, as do the logs', async () => {
    const told = [
      await (await fetch(`${url}/health`)).text(),
      await (await fetch(`${url}/metrics`)).text(),
      indexer.stderr(),
      indexer.stdout(),
    ].join('\n');
    expect(told).toContain('127.0.0.1');
    expect(told).not.toContain(SECRET);
    const { password } = new URL(database.url);
    if (password !== '') expect(told).not.toContain(password);
  });

  it('answer nothing else', async () => {
    expect((await fetch(url)).status).toBe(404);
    expect((await fetch(`${url}/health/`)).status).toBe(404);
    const posted = await fetch(`${url}/metrics`, { method: 'POST', body: 'x'.repeat(100_000) });
    expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    const head = await fetch(`${url}/health?check=1`, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    const { port } = new URL(url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write('this is not HTTP\r\n\r\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 400/);
    socket.destroy();
    expect((await health(url)).code).toBe(200);
  });

  it('of a standby say so, until it takes over', async () => {
    const standby = startCommand(['follow'], environment());
    try {
      const at = await opsUrl(standby);
      await until(async () => {
        expect((await health(at)).body).toMatchObject({ status: 'ok', role: 'standby' });
      });
      expect((await metricsAt(at)).get('inferscan_indexer_writer')).toBe(0);
      indexer.child.kill('SIGTERM');
      expect(await indexer.finished).toMatchObject({ code: 0 });
      await until(async () => {
        expect((await health(at)).body).toMatchObject({ status: 'ok', role: 'writer', phase: 'tip' });
      });
    } finally {
      standby.child.kill('SIGTERM');
    }
    expect((await standby.finished).code).toBe(0);
  });
});

describe('a database that is gone', () => {
  it('is a 503, and no end', async () => {
    const gone = startCommand(
      ['follow'],
      environment({ DATABASE_URL: 'postgresql://u:hidden-word@127.0.0.1:9/x' }),
    );
    const at = await opsUrl(gone);
    const { code, body } = await health(at);
    expect([code, body.status]).toEqual([503, 'unhealthy']);
    expect(body.problems).toContain('the database cannot be reached');
    expect((await metricsAt(at)).has('inferscan_indexer_head_slot')).toBe(false);
    gone.child.kill('SIGINT');
    const { code: exit, stderr } = await gone.finished;
    expect(exit).toBe(0);
    expect(stderr).not.toContain('hidden-word');
  });
});
