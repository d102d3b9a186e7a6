import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { join } from 'node:path';

import type { PostgresBinaries } from './binaries.js';
import { runCommand } from './command.js';
import { EmbeddedPostgresError } from './errors.js';
import { canEnter, ownFolder, publicFolder } from './folders.js';
import type { SystemUser } from './system-user.js';

/** The one account of an embedded server, its superuser. */
export const DATABASE_USER = 'inferscan';

/** Where a server's files lie. */
export interface ClusterFiles {
  readonly folder: string;
  /** Postgres' own data directory. */
  readonly cluster: string;
  readonly passwordFile: string;
  readonly pidFile: string;
  readonly log: string;
}

/** The data folder to use: the wanted one, or another where the server's account cannot get there. */
export async function chooseFolder(
  wanted: string,
  user: SystemUser | null,
  log: (line: string) => void,
): Promise<ClusterFiles> {
  let folder = wanted;
  if (user !== null && !(await canEnter(join(wanted, '..'), user))) {
    folder = publicFolder('postgres', wanted);
    log(`account ${user.name} cannot enter the folders above ${wanted}: the database is kept in ${folder}`);
  }
  await ownFolder(folder, user);
  const cluster = join(folder, 'cluster');
  return {
    folder,
    cluster,
    passwordFile: join(folder, 'password'),
    pidFile: join(cluster, 'postmaster.pid'),
    log: join(cluster, 'server.log'),
  };
}

/**
 * Makes the cluster if there is none, and returns its password. An interrupted attempt leaves nothing that
 * looks like a cluster: it is made aside and renamed.
 * @throws EmbeddedPostgresError init_failed | bad_data_folder
 */
export async function ensureCluster(
  files: ClusterFiles,
  binaries: PostgresBinaries,
  user: SystemUser | null,
): Promise<string> {
  if (existsSync(join(files.cluster, 'PG_VERSION'))) {
    const major = (await readFile(join(files.cluster, 'PG_VERSION'), 'utf8')).trim();
    if (major !== binaries.major) {
      throw new EmbeddedPostgresError(
        'bad_data_folder',
        `${files.cluster} was written by Postgres ${major}, this is Postgres ${binaries.major}: ` +
          'move the folder away (everything in it can be indexed again), or set DATABASE_URL',
      );
    }
    return (await readFile(files.passwordFile, 'utf8')).trim();
  }
  if (existsSync(files.cluster)) {
    throw new EmbeddedPostgresError(
      'bad_data_folder',
      `${files.cluster} exists but is not a Postgres cluster: move it away`,
    );
  }
  const password = randomBytes(24).toString('hex');
  await rm(files.passwordFile, { force: true });
  await writeFile(files.passwordFile, `${password}\n`, { mode: 0o600 });
  if (user !== null) await chown(files.passwordFile, user.uid, user.gid);

  const partial = `${files.cluster}.new`;
  await rm(partial, { recursive: true, force: true });
  const result = await runCommand(
    binaries.initdb,
    [
      `--pgdata=${partial}`,
      `--username=${DATABASE_USER}`,
      `--pwfile=${files.passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      // Byte order for text: positions and addresses sort alike on every machine.
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--no-instructions',
    ],
    { user, cwd: files.folder },
  );
  if (result.status !== 0) {
    throw new EmbeddedPostgresError(
      'init_failed',
      `initdb failed in ${files.folder}: ${result.output.trim()}`,
    );
  }
  await rename(partial, files.cluster);
  return password;
}

/**
 * An index is written in bursts: with Postgres' own limits a history that loads has a checkpoint every few seconds, and after each
 * of them every page goes into the log whole. Nobody copies from this server, so new indexes need not be in its log.
 */
const WRITING: readonly string[] = [
  "wal_buffers = '32MB'",
  "max_wal_size = '4GB'",
  "checkpoint_timeout = '15min'",
  'wal_level = minimal',
  'max_wal_senders = 0',
];

const [LEAST_BUFFERS_MB, MOST_BUFFERS_MB] = [128, 1_024];

/** The machine's memory, bytes; in a container what that may use. */
function memoryOfServer(): number {
  // Where nothing is constrained, Node says 0, nothing, or more than there is.
  return Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
}

/**
 * Megabytes of pages that the server keeps for itself: an eighth of the memory, within bounds. They are only taken as there
 * are pages to keep. Keys that are random, as CIDs, change another page of their index with each row: what does not fit is written and
 * read again all the time.
 * @param memory bytes
 */
export function sharedBuffersMb(memory = memoryOfServer()): number {
  return Math.min(MOST_BUFFERS_MB, Math.max(LEAST_BUFFERS_MB, Math.floor(memory / 8 / 2 ** 20)));
}

/** Server settings for this start, in a file that postgresql.conf need not know: it overrides by coming later. */
export async function writeSettings(
  files: ClusterFiles,
  { port, durable }: { port: number; durable: boolean },
  user: SystemUser | null,
): Promise<void> {
  const settings = [
    `port = ${port}`,
    "listen_addresses = '127.0.0.1'",
    // TCP only: socket files in a shared folder clash between accounts.
    "unix_socket_directories = ''",
    'max_connections = 200',
    "log_timezone = 'UTC'",
    "timezone = 'UTC'",
    ...WRITING,
    // One that may lose everything holds little, and dropping a database looks through all buffers.
    ...(durable
      ? [`shared_buffers = '${sharedBuffersMb()}MB'`]
      : ['fsync = off', 'synchronous_commit = off', 'full_page_writes = off']),
  ];
  const file = join(files.cluster, 'inferscan.conf');
  await writeFile(file, `${settings.join('\n')}\n`);
  if (user !== null) await chown(file, user.uid, user.gid);
  const main = join(files.cluster, 'postgresql.conf');
  const text = await readFile(main, 'utf8');
  if (!text.includes('inferscan.conf')) {
    await writeFile(main, `${text.trimEnd()}\n\ninclude_if_exists = 'inferscan.conf'\n`);
  }
}
