import { join } from 'node:path';

import { cidFromDigest, digestFromCid, fileAddress } from '../content/address.js';
import { encodeBytes, rawLeavesCid } from '../content/encode.js';
import { createWholeFiles } from './files.js';
import { createTurns } from './turns.js';

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
   * The bytes at a CID of either version, or null.
   * @throws CorruptContentError if what lies there no longer has that address
   * @throws TypeError if `cid` can name no file
   */
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

/**
 * Files named by their version 0 CID in a directory, spread over 58² subdirectories, and beside them
 * small files that lead from the version 1 CID of the same bytes to that name.
 * A file appears whole or not at all, and is on the disk before `put` returns.
 * @param dir created if missing
 */
export function createDiskStore(dir: string): ContentStore {
  const files = createWholeFiles(join(dir, 'incoming'));
  const inTurn = createTurns();

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

  /** What is stored for a key, and under which name; not yet verified. */
  async function locate(key: string): Promise<{ name: string; bytes: Uint8Array } | null> {
    const direct = key.startsWith('Qm') ? await files.read(objectPath(key)) : null;
    if (direct !== null) return { name: key, bytes: direct };
    const name = await follow(key);
    const bytes = name === null ? null : await files.read(objectPath(name));
    return name === null || bytes === null ? null : { name, bytes };
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

    async get(cid) {
      const { key } = fileAddress(cid);
      const found = await locate(key);
      if (found === null) return null;
      const actual =
        found.name === key
          ? (await encodeBytes(found.bytes)).cid
          : fileAddress(await rawLeavesCid(found.bytes)).key;
      if (actual !== key) throw new CorruptContentError(cid);
      return found.bytes;
    },

    async remove(cid) {
      const { key } = fileAddress(cid);
      const name = (await locate(key))?.name;
      if (name === undefined) return false;
      return inTurn(name, async () => {
        const bytes = await files.read(objectPath(name));
        const removed = await files.remove(objectPath(name));
        // An alias that stays behind, after damage or a crash, leads nowhere.
        if (bytes !== null) await files.remove(aliasPath(fileAddress(await rawLeavesCid(bytes)).key));
        if (key !== name) await files.remove(aliasPath(key));
        return removed;
      });
    },
  };
}
