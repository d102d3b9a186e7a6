import { link, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';

import { ArchiveRefused } from './errors.js';
import { UNFINISHED } from './files.js';

const NAME = 'writer.lock';
/** Whoever holds a lock says so this often ... */
const SIGN_MS = 5_000;
/** ... and after this long without a word, it is dead. On its own machine that is known at once. */
const SILENT_MS = 30_000;

/** Folders that this process writes to: its own pid in a lock says nothing about who of it. */
const held = new Set<string>();

/**
 * Makes this process the only one that writes to a folder, until it gives that up or ends.
 * @returns gives it up
 * @throws ArchiveRefused when another one is
 */
export async function lockFolder(dir: string): Promise<() => Promise<void>> {
  const path = join(resolve(dir), NAME);
  if (held.has(path)) throw taken(path, 'this process');
  held.add(path);
  // Linked into place, so that nobody ever reads a lock without its owner.
  const own = `${path}.${process.pid}${UNFINISHED}`;
  try {
    await writeFile(own, `${process.pid} ${hostname()}\n`);
    await take(own, path);
  } catch (error) {
    held.delete(path);
    throw error;
  } finally {
    await rm(own, { force: true });
  }
  const sign = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => {});
  }, SIGN_MS);
  sign.unref();
  return async () => {
    clearInterval(sign);
    held.delete(path);
    await rm(path, { force: true });
  };
}

const taken = (path: string, by: string): ArchiveRefused =>
  new ArchiveRefused(`${by} writes to this archive; if that is not so, remove ${path}`);

async function take(own: string, path: string): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      await link(own, path);
      return;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    const owner = await readOwner(path);
    if (owner === null) continue;
    if (tries > 3 || !(await isDead(owner, path))) throw taken(path, `process ${owner.pid} on ${owner.host}`);
    await rm(path, { force: true });
  }
}

/** Null when the lock was given up in the meantime. */
async function readOwner(path: string): Promise<{ pid: number; host: string } | null> {
  try {
    const [pid, host] = (await readFile(path, 'utf8')).trim().split(' ');
    return { pid: Number(pid), host: host ?? '' };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

async function isDead({ pid, host }: { pid: number; host: string }, path: string): Promise<boolean> {
  if (host === hostname()) return pid === process.pid || !isAlive(pid);
  const { mtimeMs } = await stat(path);
  return Date.now() - mtimeMs > SILENT_MS;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
