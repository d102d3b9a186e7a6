import { tmpdir } from 'node:os';

import { runCommand } from './command.js';
import { EmbeddedPostgresError } from './errors.js';

/** A POSIX account that the server's processes run as. */
export interface SystemUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

const NAME = 'postgres';

/**
 * Postgres refuses to run as root. As root: the system's `postgres` account, made where it is missing.
 * Otherwise null: the server runs as ourselves.
 * @throws EmbeddedPostgresError no_system_user
 */
export async function serverUser(): Promise<SystemUser | null> {
  if (process.getuid?.() !== 0) return null;
  const existing = await lookUp(NAME);
  if (existing !== null) return existing;
  const cwd = tmpdir();
  // A system account without a home or a shell. The second form is for systems with busybox' tools.
  const attempts: [string, string[]][] = [
    ['useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/bin/false', NAME]],
    ['adduser', ['-S', '-D', '-H', '-s', '/bin/false', NAME]],
  ];
  for (const [program, args] of attempts) {
    await runCommand(program, args, { user: null, cwd }).catch(() => undefined);
    const created = await lookUp(NAME);
    if (created !== null) return created;
  }
  throw new EmbeddedPostgresError(
    'no_system_user',
    `Postgres does not run as root and the account "${NAME}" could not be made: ` +
      `make it (useradd ${NAME}), run as another user, or set DATABASE_URL to a server of your own`,
  );
}

async function lookUp(name: string): Promise<SystemUser | null> {
  const number = async (flag: string): Promise<number | null> => {
    const result = await runCommand('id', [flag, name], { user: null, cwd: tmpdir() }).catch(() => null);
    if (result === null || result.status !== 0) return null;
    const value = Number.parseInt(result.output, 10);
    return Number.isInteger(value) ? value : null;
  };
  const [uid, gid] = [await number('-u'), await number('-g')];
  return uid === null || gid === null ? null : { name, uid, gid };
}
