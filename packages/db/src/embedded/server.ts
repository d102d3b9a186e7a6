import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import pg from 'pg';

import { type SessionLock, takeSessionLock } from '../connection/session-lock.js';
import { type PostgresBinaries, postgresBinaries } from './binaries.js';
import { type ClusterFiles, chooseFolder, DATABASE_USER, ensureCluster, writeSettings } from './cluster.js';
import { runCommand } from './command.js';
import { EmbeddedPostgresError } from './errors.js';
import { freePort } from './ports.js';
import { clearForeignPidFile, type RunningServer, runningServer } from './running.js';
import { type SystemUser, serverUser } from './system-user.js';

export interface EmbeddedPostgresOptions {
  /** Folder for the database; made if missing. One running owner at a time. */
  readonly dataDir: string;
  /** Wanted port; the next free one is taken where it is in use. Default: any free port. */
  readonly port?: number;
  /** Database to make and name in the url. Default `inferscan`. */
  readonly database?: string;
  /** false: no fsync, for data that may be lost with the machine. Default true. */
  readonly durable?: boolean;
  /** Told what a user should know, such as another data folder. */
  readonly log?: (line: string) => void;
  /** Called once if the server ends without `stop`. */
  readonly onLost?: (reason: string) => void;
}

export interface EmbeddedPostgres {
  /** Connection string with the password: not for logs. */
  readonly url: string;
  readonly port: number;
  /** The folder in use, which may differ from the wanted one. */
  readonly dataDir: string;
  /** Ends sessions and stops the server; safe to call twice. */
  stop(): Promise<void>;
}

/** A folder is given up by an owner that is just ending within this time. */
const HANDOVER_MS = 4_000;
/** After a crash the server first repeats what its log has more than its tables: at most 4 GB. */
const START_SECONDS = 300;
/** ASCII "infe": the lock that an embedded server's owner holds in its `postgres` database. */
const OWNER_LOCK = 0x69_6e_66_65n;
const GUARD = fileURLToPath(new URL('../../scripts/stop-when-orphaned.mjs', import.meta.url));

/**
 * Starts a Postgres server of our own over `dataDir`, making the cluster on first use.
 * The server ends with this process, also by SIGKILL; one that was left behind nevertheless is stopped first.
 * @throws EmbeddedPostgresError
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const log = options.log ?? (() => {});
  const database = options.database ?? 'inferscan';
  const user = await serverUser();
  const binaries = await postgresBinaries(user, log);
  const files = await chooseFolder(resolve(options.dataDir), user, log);
  const password = await ensureCluster(files, binaries, user);
  const urlOf = (port: number, name: string): string =>
    `postgresql://${DATABASE_USER}:${password}@127.0.0.1:${port}/${name}`;

  await stopLeftBehind(files, binaries, user, (port) => urlOf(port, 'postgres'), log);
  const { port, pid } = await startOnFreePort(files, binaries, user, options, log);
  let stopping: Promise<void> | undefined;
  let owner: SessionLock | null = null;
  const stopServer = async (): Promise<void> => {
    await owner?.release();
    await pgCtlStop(files, binaries, user);
  };
  try {
    owner = await takeOwnership(urlOf(port, 'postgres'), (reason) => {
      if (stopping === undefined) options.onLost?.(reason);
    });
    if (owner === null) throw inUse(files, pid);
    await createDatabase(urlOf(port, 'postgres'), database);
  } catch (error) {
    if (owner !== null) await stopServer();
    throw error;
  }

  const guard = spawn(process.execPath, [GUARD, binaries.pgCtl, files.cluster, String(pid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    windowsHide: true,
  });
  guard.on('error', (error) => log(`the guard of Postgres did not start: ${error.message}`));
  guard.stdin?.on('error', () => {});
  guard.unref();
  const { stdin } = guard;
  if (stdin !== null && 'unref' in stdin && typeof stdin.unref === 'function') stdin.unref();

  return {
    url: urlOf(port, database),
    port,
    dataDir: files.folder,
    stop: () => {
      stopping ??= stopServer().finally(() => guard.stdin?.end());
      return stopping;
    },
  };
}

function inUse(files: ClusterFiles, pid: number): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'in_use',
    `the database in ${files.folder} is in use by another running Inferscan (Postgres process ${pid}): ` +
      'stop it first, or use another data folder',
  );
}

const takeOwnership = (url: string, onLost: (reason: string) => void): Promise<SessionLock | null> =>
  takeSessionLock(url, OWNER_LOCK, { onLost, applicationName: 'inferscan-owner' });

async function stopLeftBehind(
  files: ClusterFiles,
  binaries: PostgresBinaries,
  user: SystemUser | null,
  url: (port: number) => string,
  log: (line: string) => void,
): Promise<void> {
  const deadline = Date.now() + HANDOVER_MS;
  for (;;) {
    const running: RunningServer | null = await runningServer(files.pidFile);
    if (running === null) {
      await clearForeignPidFile(files.pidFile);
      return;
    }
    // Whoever owns a server holds a lock in it for as long as its process lives.
    const owner = await takeOwnership(url(running.port), () => {}).catch(() => 'not answering' as const);
    if (owner !== null && owner !== 'not answering') {
      log(`a Postgres server (process ${running.pid}) was left behind in ${files.folder}: stopping it`);
      await owner.release();
      await pgCtlStop(files, binaries, user);
      return;
    }
    if (Date.now() > deadline) throw inUse(files, running.pid);
    await delay(150);
  }
}

async function startOnFreePort(
  files: ClusterFiles,
  binaries: PostgresBinaries,
  user: SystemUser | null,
  options: EmbeddedPostgresOptions,
  log: (line: string) => void,
): Promise<{ port: number; pid: number }> {
  let output = '';
  for (let attempt = 0; attempt < 5; attempt++) {
    const port = await freePort(options.port);
    await writeSettings(files, { port, durable: options.durable ?? true }, user);
    const logStart = (await readFile(files.log, 'utf8').catch(() => '')).length;
    const result = await runCommand(
      binaries.pgCtl,
      ['start', '-D', files.cluster, '-l', files.log, '-w', '-t', String(START_SECONDS), '-s'],
      { user, cwd: files.folder },
    );
    if (result.status === 0) {
      const running = await runningServer(files.pidFile);
      if (running !== null) {
        if (options.port !== undefined && port !== options.port) {
          log(`port ${options.port} is taken: Postgres listens on ${port}`);
        }
        return { port, pid: running.pid };
      }
    }
    const lines = (await readFile(files.log, 'utf8').catch(() => '')).slice(logStart);
    output = `${result.output.trim()}\n${lines.trim()}`.trim();
    // Somebody took the port between our look and the server's.
    if (!/address already in use|could not (bind|create any) /i.test(lines)) break;
  }
  throw new EmbeddedPostgresError(
    'start_failed',
    `Postgres did not start over ${files.cluster}:\n${output.slice(-2_000)}`,
  );
}

async function pgCtlStop(
  files: ClusterFiles,
  binaries: PostgresBinaries,
  user: SystemUser | null,
): Promise<void> {
  const stop = (mode: string, seconds: string) =>
    runCommand(binaries.pgCtl, ['stop', '-D', files.cluster, '-m', mode, '-w', '-t', seconds, '-s'], {
      user,
      cwd: files.folder,
    });
  const result = await stop('fast', '20');
  if (result.status === 0 || (await runningServer(files.pidFile)) === null) return;
  // Recovery at the next start makes up for what an immediate shutdown skips.
  await stop('immediate', '10');
}

async function createDatabase(adminUrl: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}
