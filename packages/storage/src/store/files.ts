import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { type FileHandle, mkdir, open, readFile, rename, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Unfinished writes older than this were left by a process that died. */
const STALE_WRITE_MS = 60 * 60 * 1000;

export interface WholeFiles {
  /** Puts bytes at a path, whole or not at all, on the disk before it returns. */
  write(path: string, bytes: Uint8Array): Promise<void>;
  read(path: string): Promise<Uint8Array | null>;
  /** For reading piece by piece. Whoever opens it closes it. */
  open(path: string): Promise<FileHandle | null>;
  /** When the file was written, or null if there is none. */
  writtenAt(path: string): Promise<Date | null>;
  /** Whether there was one. Gone from the disk before it returns. */
  remove(path: string): Promise<boolean>;
}

/**
 * Files that are never seen half written.
 * @param incoming directory for unfinished writes, on the same disk; created if missing
 */
export function createWholeFiles(incoming: string): WholeFiles {
  mkdirSync(incoming, { recursive: true });
  for (const name of readdirSync(incoming)) {
    const path = join(incoming, name);
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > STALE_WRITE_MS) rmSync(path, { force: true });
  }

  return {
    async write(path, bytes) {
      await mkdir(dirname(path), { recursive: true });
      const temporary = join(incoming, randomUUID());
      try {
        const file = await open(temporary, 'wx');
        try {
          await file.writeFile(bytes);
          await file.sync();
        } finally {
          await file.close();
        }
        await rename(temporary, path);
      } catch (error) {
        await unlink(temporary).catch(() => undefined);
        throw error;
      }
      await syncFolder(dirname(path));
    },

    read: (path) => orNull(readFile(path)),

    open: (path) => orNull(open(path, 'r')),

    async writtenAt(path) {
      return (await orNull(stat(path)))?.mtime ?? null;
    },

    async remove(path) {
      const removed = await orNull(unlink(path).then(() => true));
      if (removed) await syncFolder(dirname(path));
      return removed ?? false;
    },
  };
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function orNull<T>(result: Promise<T>): Promise<T | null> {
  try {
    return await result;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
