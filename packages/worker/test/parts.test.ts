import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { JobDefinition } from '@inferscan/formats';
import { address, signature } from '@solana/kit';
import { afterEach, describe, expect, it } from 'vitest';

import type { Market, Stake } from '../src/chain/accounts.js';
import { programErrorFromLogs } from '../src/chain/errors.js';
import { createLatch } from '../src/chain/latch.js';
import { createRpcClient } from '../src/chain/rpc.js';
import { loadKeypair } from '../src/chain/wallet.js';
import { planOperations } from '../src/execution/plan.js';
import { hardwareReport, parseGpus } from '../src/hardware/report.js';
import { obstacle, type Standing } from '../src/lifecycle/eligibility.js';
import { createStatements } from '../src/lifecycle/statements.js';
import { createLog, describeError } from '../src/log.js';
import { appendEarning } from '../src/state/earnings-file.js';
import { acquireNodeLock } from '../src/state/lock.js';
import { openPartialFile } from '../src/state/partial-file.js';
import { INITIAL_STATE } from '../src/state/record.js';
import { openStateStore } from '../src/state/store.js';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function temporaryDir() {
  const dir = await mkdtemp(join(tmpdir(), 'inferscan-worker-'));
  cleanups.push(() => rm(dir, { recursive: true }));
  return dir;
}

const some = address('GH9vSNDqf8T3RYtzbysxGYNtxMAHe5hyz9zTDkpUQnGh');

describe('the plan of operations', () => {
  const op = (id: string, group?: string, depends_on?: string[], serves = false) => ({
    type: 'container/run',
    id,
    args: { image: 'x' },
    ...(group
      ? {
          execution: {
            group,
            ...(depends_on ? { depends_on } : {}),
            ...(serves ? { stop_if_dependent_stops: true } : {}),
          },
        }
      : {}),
  });
  const plan = (...ops: unknown[]) =>
    planOperations({ version: '0.1', type: 'container', ops } as unknown as JobDefinition);

  it('keeps groups together, in the order in which they appear, and says who waits for whom', () => {
    const planned = plan(op('a', 'g', ['b']), op('x'), op('b', 'g'), op('s', 'g', ['a'], true));
    const nothing = { waitsFor: [], servers: [], serves: [] };
    expect(planned.ok && planned.groups).toMatchObject([
      [
        { op: { id: 'a' }, index: 0, waitsFor: ['b'], servers: ['s'], serves: [] },
        { op: { id: 'b' }, index: 2, ...nothing },
        { op: { id: 's' }, index: 3, waitsFor: [], servers: [], serves: ['a'] },
      ],
      [{ op: { id: 'x' }, index: 1, ...nothing }],
    ]);
    expect(plan()).toEqual({ ok: true, groups: [] });
  });

  it('refuses cycles and dependencies outside the group, by name', () => {
    expect(plan(op('a', 'g', ['b']), op('b', 'g', ['a']))).toEqual({
      ok: false,
      message: 'operations a, b wait for each other',
    });
    expect(plan(op('a', 'g', ['b'], true), op('b', 'g', ['c'], true), op('c', 'g', ['a'], true))).toEqual({
      ok: false,
      message: 'operations a, b, c wait for each other',
    });
    expect(plan(op('a', 'g', ['x']), op('x'))).toMatchObject({
      ok: false,
      message: expect.stringContaining('depends on x'),
    });
  });
});

describe('the state on disk', () => {
  it('comes back as it was saved', async () => {
    const dir = join(await temporaryDir(), 'new');
    const store = await openStateStore(dir);
    expect(store.get()).toEqual(INITIAL_STATE);
    const current = {
      run: some,
      job: some,
      attempts: 2,
      refusals: 0,
      stage: 'executed' as const,
      flow: { a: [1] },
    };
    const pendingWork = {
      signature: signature(
        '5SjzHQ6Qu27Z8fjD36LKhuj9UcTjk5UkQ8tNckpPcaxwTEe1RVdADfawPUiatVYbncpCbQRHz73TE4gpQ7k1uVEi',
      ),
      wire: 'AAAA' as never,
      lastValidBlockHeight: 12345678901n,
    };
    await store.update({ current });
    await store.update({ pendingWork });
    expect((await openStateStore(dir)).get()).toEqual({ ...INITIAL_STATE, current, pendingWork });
    expect(await readdir(dir)).toEqual(['state.json']);
  });

  it('is refused, with its name, where it is not ours', async () => {
    const dir = await temporaryDir();
    await writeFile(join(dir, 'state.json'), '{"version":9}');
    await expect(openStateStore(dir)).rejects.toThrow(/state\.json is not the state/);
  });
});

describe('the file of partial results', () => {
  it('keeps those of ops that are saved at the same time, and forgets those of another run', async () => {
    const dir = await temporaryDir();
    const file = openPartialFile(dir, 'this run');
    const ops = ['a', 'b', 'c', 'd'];
    await Promise.all(ops.map((op) => file.save(op, `cid of ${op}`)));
    expect(await Promise.all(ops.map((op) => file.load(op)))).toEqual(ops.map((op) => `cid of ${op}`));
    expect(await openPartialFile(dir, 'another run').load('a')).toBeNull();
  });
});

describe('the list of earnings', () => {
  it('has each job once, also after a crash in the middle of a line', async () => {
    const dir = await temporaryDir();
    const earning = (run: string) => ({
      at: '2026-01-02T03:04:05.000Z',
      job: some,
      run,
      market: some,
      seconds: 3,
      earned: '144',
    });
    const list = join(dir, 'earnings.jsonl');
    for (const run of ['a', 'a', 'b', 'b']) await appendEarning(dir, earning(run));
    await writeFile(list, (await readFile(list, 'utf8')).slice(0, -9));
    await appendEarning(dir, earning('b'));
    await appendEarning(dir, earning('c'));
    const lines = (await readFile(list, 'utf8')).trimEnd().split('\n');
    expect(lines).toHaveLength(4);
    expect(lines.filter((_, index) => index !== 1).map((line) => JSON.parse(line).run)).toEqual([
      'a',
      'b',
      'c',
    ]);
  });
});

describe('the lock', () => {
  it('lets one hold it at a time', async () => {
    const name = `test ${process.pid} ${Math.random()}`;
    const lock = await acquireNodeLock(name);
    await expect(acquireNodeLock(name)).rejects.toThrow(/already works/);
    await lock.release();
    await (await acquireNodeLock(name)).release();
  });
});

describe('the latch', () => {
  const never = new AbortController().signal;
  it('remembers a notification nobody waited for, once', async () => {
    const latch = createLatch();
    latch.notify();
    await latch.wait(60_000, never);
    const begun = performance.now();
    await latch.wait(20, never);
    expect(performance.now() - begun).toBeGreaterThan(15);
  });
  it('wakes who waits, and gives up with its signal', async () => {
    const latch = createLatch();
    const waiting = latch.wait(60_000, never);
    latch.notify();
    await waiting;
    const abort = new AbortController();
    const aborted = latch.wait(60_000, abort.signal);
    abort.abort(new Error('enough'));
    await expect(aborted).rejects.toThrow('enough');
  });
});

describe('the RPC client', () => {
  it('tries again until the RPC answers, and says so once', async () => {
    let requests = 0;
    const server = createServer((_, response) => {
      requests += 1;
      if (requests < 4) response.writeHead(503).end();
      else
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end('{"jsonrpc":"2.0","id":1,"result":7}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    cleanups.push(() => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    });
    const lines: string[] = [];
    const note = (_: unknown, message?: string) => void lines.push(message ?? '');
    const log = { debug: note, info: note, warn: note, error: note };
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const client = createRpcClient({ url, log: log as never });
    const signal = new AbortController().signal;
    const height = await client.call(
      (abortSignal) => client.rpc.getBlockHeight().send({ abortSignal }),
      signal,
    );
    expect(Number(height)).toBe(7);
    expect(lines).toEqual(['the RPC does not answer; trying again until it does', 'the RPC answers again']);
  });

  it('stops when told to', async () => {
    const silent = { debug() {}, info() {}, warn() {}, error() {} };
    const client = createRpcClient({ url: 'http://127.0.0.1:1', log: silent as never });
    const abort = new AbortController();
    const call = client.call(
      (abortSignal) => client.rpc.getBlockHeight().send({ abortSignal }),
      abort.signal,
    );
    abort.abort(new Error('enough'));
    await expect(call).rejects.toThrow('enough');
  });
});

describe('what the node says', () => {
  it('describes errors that are frozen, as those of the Solana library may be', () => {
    const cause = Object.freeze(new Error('inside'));
    const described = describeError(Object.freeze(new Error('outside', { cause })));
    expect(described).toMatchObject({ message: 'outside', cause: { message: 'inside' } });
    expect(() => createLog('silent', {}).warn({ err: cause }, 'said')).not.toThrow();
  });

  it('names a program’s error and its account', () => {
    const line =
      'Program log: AnchorError caused by account: market. Error Code: NodeAlreadyQueued. Error Number: 6014. Error Message: This node is already present in the queue..';
    expect(programErrorFromLogs(['Program log: Instruction: Work', line])).toMatchObject({
      account: 'market',
      name: 'NodeAlreadyQueued',
      number: 6014,
    });
    expect(programErrorFromLogs(['Program log: hello'])).toBeUndefined();
  });

  it('names what keeps it out of a market', () => {
    const market = {
      address: some,
      program: some,
      price: 1n,
      accessKey: address('11111111111111111111111111111111'),
      xnosMinimum: 100n,
      waitingNodes: [],
      waitingJobs: 0,
    };
    const standing = {
      node: some,
      funds: { lamports: 1_000_000_000n, stake: { xnos: 100n, unstaking: false } },
      nfts: [],
      pinning: null,
      minPerHour: 0n,
    };
    const withStake = (stake: Stake | null) => ({ ...standing, funds: { lamports: 10n ** 9n, stake } });
    const said = (of: Market | null, by: Standing) => obstacle(of, by)?.message;
    expect(obstacle(market, standing)).toBeNull();
    expect(said(market, { ...standing, funds: { ...standing.funds, lamports: 0n } })).toMatch(/holds 0 SOL/);
    expect(said(market, withStake(null))).toMatch(/no stake/);
    expect(said(market, withStake({ xnos: 99n, unstaking: false }))).toMatch(/99 xNOS.*wants 100/);
    expect(said(market, withStake({ xnos: 0n, unstaking: true }))).toMatch(/being unstaked.*restake/);
    expect(said({ ...market, accessKey: some }, standing)).toMatch(/--access-nft/);
    expect(
      obstacle({ ...market, accessKey: some }, { ...standing, nfts: [{ mint: some, collection: some }] }),
    ).toBeNull();
    expect(said(market, { ...standing, pinning: 'nobody there' })).toBe('nobody there');
    expect(said(null, standing)).toMatch(/no market at this address/);
    // 1 base unit per second is 0.0036 NOS per hour.
    expect(obstacle(market, { ...standing, minPerHour: 3_600n })).toBeNull();
    expect(said(market, { ...standing, minPerHour: 3_601n })).toMatch(/pays 0.0036 NOS per hour.*0.003601/);
  });

  it('says a thing when it begins, changes and ends, and not in between', () => {
    const lines: string[] = [];
    const note = (_: unknown, message?: string) => void lines.push(message ?? '');
    const statements = createStatements({ info: note, warn: note } as never);
    for (const message of ['low', 'low', 'lower', 'lower']) statements.say('wallet', 'warn', message);
    statements.end('stake', 'never said');
    statements.end('wallet', 'fine');
    statements.end('wallet', 'fine');
    statements.say('wallet', 'warn', 'lower');
    expect(lines).toEqual(['low', 'lower', 'fine', 'lower']);
  });

  it('reports this machine and nothing else', async () => {
    const report = await hardwareReport();
    expect(report.logical_cores).toBeGreaterThan(0);
    expect(report.memory_mb).toBeGreaterThan(0);
    expect(parseGpus('NVIDIA H100, 80GB variant, 81559\nnonsense\n')).toEqual([
      { name: 'NVIDIA H100, 80GB variant', memory_mb: 81559 },
    ]);
    expect(parseGpus('')).toEqual([]);
  });
});

describe('the keypair', () => {
  it('says what is wrong with a keypair file, and nothing of what is in it', async () => {
    const dir = await temporaryDir();
    const file = join(dir, 'key.json');
    await expect(loadKeypair(file)).rejects.toThrow(/there is no such file/);
    for (const content of ['', '[1,2]', '{"secret":1}', JSON.stringify(Array(64).fill(256))]) {
      await writeFile(file, content);
      await expect(loadKeypair(file)).rejects.toThrow(/list of 64 numbers/);
    }
    await writeFile(file, JSON.stringify(Array(64).fill(7)));
    await expect(loadKeypair(file)).rejects.toThrow(/public half/);
  });
});
