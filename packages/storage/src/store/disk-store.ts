import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

import { cidFromDigest, digestFromCid, fileAddress } from '../content/address.js';
import { digestOfContent, encodeBytes, rawLeavesCid } from '../content/encode.js';
import { createWholeFiles } from './files.js';
import { createSlots } from './slots.js';
import { createTurns } from './turns.js';
import { type VerifiedFile, verifyFile } from './verified-file.js';

export interface StoredContent {
  /** Version 0 CID. */
  cid: string;
  /** Version 1 CID of the same bytes: other blocks, hence another digest. */
  cidV1: string;
  /** Bytes of the file. */
  size: number;
  storedAt: Date;
}

export interface ContentStore {
  /** Stores bytes under their own addresses. `isDuplicate`: they were there already. */
  put(bytes: Uint8Array): Promise<StoredContent & { isDuplicate: boolean }>;
  /**
   * The content at a CID of either version, verified and open for reading in parts, or null. To be closed by the caller.
   * @param inspect is shown all of it, in order and in pieces, while it is verified
   * @throws CorruptContentError if what lies there no longer has that address; so does a read, later
   * @throws TypeError if `cid` can name no file
   */
  open(cid: string, inspect?: (bytes: Uint8Array) => void): Promise<VerifiedFile | null>;
  /** The bytes at a CID of either version, or null. Errors as for `open`. */
  get(cid: string): Promise<Uint8Array | null>;
  /**
   * Removes the content at a CID, with all its addresses. Whether there was any; damaged content is removed too.
   * @throws TypeError if `cid` can name no file
   */
  remove(cid: string): Promise<boolean>;
}

/** A stored file does not hash to its name any more. */
export class CorruptContentError extends Error {
  override readonly name = 'CorruptContentError';
  constructor(readonly cid: string) {
    super(`the stored file of ${cid} is damaged: it has another address now`);
  }
}

/** Files that are hashed at one time: each takes about a mebibyte meanwhile, and more at once would not be faster. */
const HASHED_AT_ONCE = 8;

/**
 * Files named by their version 0 CID in a directory, spread over 58² subdirectories, and beside them
 * small files that lead from the version 1 CID of the same bytes to that name.
 * A file appears whole or not at all, and is on the disk before `put` returns.
 * @param dir created if missing
 */
export function createDiskStore(dir: string): ContentStore {
  const files = createWholeFiles(join(dir, 'incoming'));
  const inTurn = createTurns();
  const hashing = createSlots(HASHED_AT_ONCE);

  // The end of a CID is spread evenly, its beginning is not.
  const objectPath = (cid: string) => join(dir, 'objects', cid.slice(-2), cid);
  const aliasPath = (key: string) => join(dir, 'aliases', key.slice(-2), key);

  /** The name that a version 1 address leads to. Null: it leads nowhere. */
  async function follow(key: string): Promise<string | null> {
    const text = await files.read(aliasPath(key));
    if (text === null) return null;
    try {
      // Read back as a CID, so that a damaged file cannot lead out of the directory.
      return cidFromDigest(digestFromCid(new TextDecoder().decode(text)));
    } catch {
      throw new CorruptContentError(key);
    }
  }

  /** The file that is stored for a key, and under which name; not yet verified. */
  async function locate(key: string): Promise<{ name: string; file: FileHandle } | null> {
    const direct = key.startsWith('Qm') ? await files.open(objectPath(key)) : null;
    if (direct !== null) return { name: key, file: direct };
    const name = await follow(key);
    const file = name === null ? null : await files.open(objectPath(name));
    return name === null || file === null ? null : { name, file };
  }

  /** The version 1 address of a stored file, as it is now. */
  async function aliasOf(name: string): Promise<string | null> {
    const file = await files.open(objectPath(name));
    if (file === null) return null;
    try {
      const content = file.createReadStream({ autoClose: false });
      return fileAddress(await hashing(() => rawLeavesCid(content))).key;
    } finally {
      await file.close();
    }
  }

  async function open(cid: string, inspect?: (bytes: Uint8Array) => void): Promise<VerifiedFile | null> {
    const { key } = fileAddress(cid);
    const found = await locate(key);
    if (found === null) return null;
    const isRight = async (content: AsyncIterable<Uint8Array>) => {
      const shown = inspect === undefined ? content : showing(content, inspect);
      return found.name === key
        ? cidFromDigest(await digestOfContent(shown)) === key
        : fileAddress(await rawLeavesCid(shown)).key === key;
    };
    try {
      const verified = await hashing(() =>
        verifyFile(found.file, isRight, () => new CorruptContentError(cid)),
      );
      if (verified === null) throw new CorruptContentError(cid);
      return verified;
    } catch (error) {
      await found.file.close();
      throw error;
    }
  }

  return {
    async put(bytes) {
      const [{ cid }, cidV1] = await Promise.all([encodeBytes(bytes), rawLeavesCid(bytes)]);
      return inTurn(cid, async () => {
        const content = { cid, cidV1, size: bytes.length };
        const alias = aliasPath(fileAddress(cidV1).key);
        // Compared rather than trusted: pinning damaged content again mends it.
        const leads = await files.read(alias);
        if (leads === null || Buffer.compare(leads, Buffer.from(cid)) !== 0) {
          await files.write(alias, Buffer.from(cid));
        }
        const known = await files.read(objectPath(cid));
        const storedAt = await files.writtenAt(objectPath(cid));
        if (known !== null && storedAt !== null && Buffer.compare(known, bytes) === 0) {
          return { ...content, storedAt, isDuplicate: true };
        }
        await files.write(objectPath(cid), bytes);
        return { ...content, storedAt: new Date(), isDuplicate: false };
      });
    },

    open,

    async get(cid) {
      const content = await open(cid);
      if (content === null) return null;
      try {
        const pieces: Uint8Array[] = [];
        for await (const piece of content.read()) pieces.push(piece);
        return Buffer.concat(pieces);
      } finally {
        await content.close();
      }
    },

    async remove(cid) {
      const { key } = fileAddress(cid);
      const found = await locate(key);
      if (found === null) return false;
      await found.file.close();
      const { name } = found;
      return inTurn(name, async () => {
        const alias = await aliasOf(name);
        const removed = await files.remove(objectPath(name));
        // An alias that stays behind, after damage or a crash, leads nowhere.
        if (alias !== null) await files.remove(aliasPath(alias));
        if (key !== name) await files.remove(aliasPath(key));
        return removed;
      });
    },
  };
}

async function* showing(
  content: AsyncIterable<Uint8Array>,
  inspect: (bytes: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  for await (const bytes of content) {
    inspect(bytes);
    yield bytes;
  }
}
