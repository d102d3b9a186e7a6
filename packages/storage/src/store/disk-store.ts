import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { mkdir, open, readFile, rename, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { cidFromDigest, digestFromCid } from '../content/address.js';
import { encodeBytes } from '../content/encode.js';

export interface StoredContent {
  cid: string;
  /** Bytes of the file. */
  size: number;
  storedAt: Date;
}

export interface ContentStore {
  /** Stores bytes under their own address. `isDuplicate`: they were there already. */
  put(bytes: Uint8Array): Promise<StoredContent & { isDuplicate: boolean }>;
  /**
   * The bytes at a CID, or null.
   * @throws CorruptContentError if what lies there no longer has that address
   */
  get(cid: string): Promise<Uint8Array | null>;
}

/** A stored file does not hash to its name any more. */
export class CorruptContentError extends Error {
  override readonly name = 'CorruptContentError';
  constructor(readonly cid: string) {
    super(`the stored file of ${cid} is damaged: it has another address now`);
  }
}

/** Unfinished writes older than this were left by a process that died. */
const STALE_WRITE_MS = 60 * 60 * 1000;

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/**
 * Files named by CID in a directory, spread over 58² subdirectories.
 * A file appears whole or not at all, and is on the disk before `put` returns.
 * @param dir created if missing
 */
export function createDiskStore(dir: string): ContentStore {
  const incoming = join(dir, 'incoming');
  mkdirSync(incoming, { recursive: true });
  for (const name of readdirSync(incoming)) {
    const path = join(incoming, name);
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > STALE_WRITE_MS) rmSync(path, { force: true });
  }

  // The end of a CID is spread evenly, its beginning is not.
  const pathOf = (cid: string) => join(dir, 'objects', cid.slice(-2), cid);

  async function find(cid: string): Promise<StoredContent | null> {
    try {
      const { size, mtime } = await stat(pathOf(cid));
      return { cid, size, storedAt: mtime };
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  async function write(path: string, bytes: Uint8Array): Promise<void> {
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
    const folder = await open(dirname(path), 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }

  return {
    async put(bytes) {
      const { cid } = await encodeBytes(bytes);
      const known = await find(cid);
      if (known !== null && known.size === bytes.length) return { ...known, isDuplicate: true };
      await write(pathOf(cid), bytes);
      return { cid, size: bytes.length, storedAt: new Date(), isDuplicate: false };
    },

    async get(cid) {
      const name = cidFromDigest(digestFromCid(cid));
      let bytes: Uint8Array;
      try {
        bytes = await readFile(pathOf(name));
      } catch (error) {
        if (isMissing(error)) return null;
        throw error;
      }
      if ((await encodeBytes(bytes)).cid !== name) throw new CorruptContentError(name);
      return bytes;
    },
  };
}
