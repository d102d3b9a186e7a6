import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, chown, lstat, mkdir, readdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

import { EmbeddedPostgresError } from './errors.js';
import type { SystemUser } from './system-user.js';

/** Whether every existing folder from the root down to `folder` lets `user` in, by its mode. */
export async function canEnter(folder: string, user: SystemUser): Promise<boolean> {
  for (let path = resolve(folder); ; path = dirname(path)) {
    const info = await stat(path).catch(() => null);
    if (info !== null) {
      const bit = info.uid === user.uid ? 0o100 : info.gid === user.gid ? 0o010 : 0o001;
      if ((info.mode & bit) === 0) return false;
    }
    if (path === dirname(path)) return true;
  }
}

/**
 * A folder of the same purpose that any user can enter, the same one each time.
 * /var/tmp where there is one: it outlives a restart of the machine.
 */
export function publicFolder(purpose: string, wanted: string): string {
  const base = process.platform !== 'win32' && existsSync('/var/tmp') ? '/var/tmp' : tmpdir();
  const id = createHash('sha256').update(resolve(wanted)).digest('hex').slice(0, 12);
  return join(base, `inferscan-${purpose}-${id}`);
}

/**
 * Makes a folder that belongs to `user` (null: to us) and nobody else can read.
 * @throws EmbeddedPostgresError bad_data_folder where somebody else put something there first
 */
export async function ownFolder(folder: string, user: SystemUser | null): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (user === null) return;
  const info = await lstat(folder);
  if (!info.isDirectory() || (info.uid !== 0 && info.uid !== user.uid)) {
    throw new EmbeddedPostgresError(
      'bad_data_folder',
      `${folder} must be a folder of root or ${user.name}, but belongs to uid ${info.uid}: move it away`,
    );
  }
  await chown(folder, user.uid, user.gid);
}

/** Lets everybody read all files below a folder, and run those that are programs. */
export async function makeReadable(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await makeReadable(path);
    else if (entry.isFile()) {
      const { mode } = await stat(path);
      await chmod(path, mode & 0o100 ? 0o755 : 0o644);
    }
  }
}
