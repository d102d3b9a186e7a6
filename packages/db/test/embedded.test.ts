import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { sharedBuffersMb } from '../src/embedded/cluster.js';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../src/embedded/index.js';
import { runningServer } from '../src/embedded/running.js';

const built = new URL('../dist/embedded/index.js', import.meta.url);

let parent: string;
let dataDir: string;
const started: EmbeddedPostgres[] = [];
const children: { child: ChildProcess; serverPid: number }[] = [];

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'inferscan-embedded-'));
  dataDir = join(parent, 'postgres');
  // mkdtemp makes it for us alone; as root the server runs as somebody else.
  if (process.getuid?.() === 0) await chmod(parent, 0o755);
});

afterEach(async () => {
  for (const owner of children.splice(0)) {
    owner.child.kill('SIGKILL');
    // Its server ends with it; only then may the folder go.
    await vi.waitFor(async () => expect(await isRunning(owner.serverPid)).toBe(false), { timeout: 10_000 });
  }
  for (const server of started.splice(0)) {
    await server.stop();
    if (!server.dataDir.startsWith(parent)) await rm(server.dataDir, { recursive: true, force: true });
  }
  await rm(parent, { recursive: true, force: true });
});

async function start(
  options: Partial<Parameters<typeof startEmbeddedPostgres>[0]> = {},
): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir, durable: false, ...options });
  started.push(server);
  return server;
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return rows;
  } finally {
    await client.end();
  }
}

/** A process that owns the server, and the server's url. */
async function startInChild(): Promise<{ child: ChildProcess; url: string }> {
  if (!existsSync(fileURLToPath(built))) throw new Error('build the package first: npm run build');
  const program = `
    const { startEmbeddedPostgres } = await import(${JSON.stringify(built.href)});
    const server = await startEmbeddedPostgres({ dataDir: process.argv[1], durable: false });
    console.log(server.url);
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [url] = (await once(createInterface(child.stdout), 'line')) as [string];
  children.push({ child, serverPid: await serverPid() });
  return { child, url };
}

const serverPid = async (): Promise<number> =>
  Number((await readFile(join(dataDir, 'cluster', 'postmaster.pid'), 'utf8')).split('\n')[0]);

const isRunning = async (pid: number): Promise<boolean> => {
  const pidFile = join(parent, 'probe.pid');
  await writeFile(pidFile, `${pid}\n`);
  return (await runningServer(pidFile)) !== null;
};

describe('sharedBuffersMb', () => {
  const GB = 2 ** 30;

  it.each([
    ['half a gigabyte', GB / 2, 128],
    ['two gigabytes', 2 * GB, 256],
    ['a little less than four gigabytes', 3.9 * GB, 499],
    ['eight gigabytes', 8 * GB, 1_024],
    ['a terabyte', 1_024 * GB, 1_024],
  ])('of a machine with %s', (_, memory, expected) => {
    expect(sharedBuffersMb(memory)).toBe(expected);
  });
});

describe('startEmbeddedPostgres', () => {
  it('makes a database that is there again after a restart', async () => {
    const first = await start();
    await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    const pid = await serverPid();
    expect(await isRunning(pid)).toBe(true);
    await first.stop();
    await vi.waitFor(async () => expect(await isRunning(pid)).toBe(false), 30_000);
    const second = await start({ durable: true });
    expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    expect(
      await query(
        second.url,
        `SELECT current_setting('fsync') AS fsync, 'a_b' < 'aB' AS bytes,
           pg_size_bytes(current_setting('shared_buffers')) / 1048576 AS buffers`,
      ),
    ).toEqual([{ fsync: 'on', bytes: false, buffers: String(sharedBuffersMb()) }]);
  });

  it('takes the next port where the wanted one is in use', async () => {
    const occupant = createServer().listen(0, '127.0.0.1');
    await once(occupant, 'listening');
    const address = occupant.address();
    const taken = typeof address === 'object' && address !== null ? address.port : 0;
    const lines: string[] = [];
    try {
      const server = await start({ port: taken, log: (line) => lines.push(line) });
      expect(server.port).toBeGreaterThan(taken);
      expect(lines).toContainEqual(expect.stringContaining(`port ${taken} is taken`));
      expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    } finally {
      occupant.close();
    }
  });

  it('ends with its owner, even one that was killed', async () => {
    const { child, url } = await startInChild();
    await query(url, 'CREATE TABLE kept AS SELECT 7 AS answer');
    const pid = await serverPid();
    child.kill('SIGKILL');
    await vi.waitFor(async () => expect(await isRunning(pid)).toBe(false), { timeout: 10_000 });
    const next = await start();
    expect(await query(next.url, 'SELECT answer FROM kept')).toEqual([{ answer: 7 }]);
  });

  it('takes over at once from an owner that was killed', async () => {
    const { child, url } = await startInChild();
    await query(url, 'CREATE TABLE kept AS SELECT 7 AS answer');
    child.kill('SIGKILL');
    const next = await start();
    expect(await query(next.url, 'SELECT answer FROM kept')).toEqual([{ answer: 7 }]);
  });

  it('leaves a server alone that somebody else owns', async () => {
    const { url } = await startInChild();
    await expect(start()).rejects.toThrow(/in use by another running Inferscan/);
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('says when the server is lost', async () => {
    const onLost = vi.fn();
    await start({ onLost });
    process.kill(await serverPid(), 'SIGQUIT');
    await vi.waitFor(() => expect(onLost).toHaveBeenCalledOnce(), 30_000);
  });

  it('goes past a pid file whose number now belongs to another program', async () => {
    await (await start()).stop();
    await writeFile(join(dataDir, 'cluster', 'postmaster.pid'), `${process.pid}\n${dataDir}\n0\n1\n`);
    const server = await start();
    expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('refuses a folder of another version, and one that is not a cluster', async () => {
    await (await start()).stop();
    await writeFile(join(dataDir, 'cluster', 'PG_VERSION'), '12\n');
    await expect(start()).rejects.toThrow(/written by Postgres 12, this is Postgres 18/);
    await rm(join(dataDir, 'cluster'), { recursive: true });
    await mkdir(join(dataDir, 'cluster'));
    await expect(start()).rejects.toThrow(/exists but is not a Postgres cluster/);
  });

  it.runIf(process.getuid?.() === 0)('keeps its files elsewhere where the server cannot enter', async () => {
    const closed = join(parent, 'closed');
    await mkdir(closed, { mode: 0o700 });
    const lines: string[] = [];
    const server = await start({ dataDir: join(closed, 'postgres'), log: (line) => lines.push(line) });
    expect(server.dataDir.startsWith(closed)).toBe(false);
    expect(lines).toContainEqual(expect.stringContaining(server.dataDir));
    expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});
