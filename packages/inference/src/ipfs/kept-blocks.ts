import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReadableStorage } from 'ipfs-unixfs-exporter';
import PQueue from 'p-queue';
import { InferenceError } from '../errors.js';

export interface KeptBlocksOptions {
  readonly folder: string;
  /** Gives a block that was verified against its CID. */
  readonly fetchBlock: (cid: string) => Promise<Uint8Array>;
  /** Fetched at the same time; whatever reads them may ask for more. */
  readonly atOnce: number;
  /** That may be asked for in all. */
  readonly mostBlocks: number;
}

/** Blocks that stay on disk until what they make up is whole, so that nothing is fetched twice after an interruption. */
export interface KeptBlocks extends ReadableStorage {
  /** Deletes those that were asked for since the last time. */
  letGo(): Promise<void>;
  /** Waits until nothing is being fetched or written any more, whether it succeeds or not. */
  settled(): Promise<void>;
}

/** @throws InferenceError bad_model, from `get`, where more blocks are asked for than may be */
export function createKeptBlocks({ folder, fetchBlock, atOnce, mostBlocks }: KeptBlocksOptions): KeptBlocks {
  const fetching = new PQueue({ concurrency: atOnce });
  const used = new Set<string>();
  /** By CID: a file may have the same block several times, and several are read at once. */
  const underWay = new Map<string, Promise<Uint8Array>>();
  let asked = 0;

  async function block(cid: string, digest: Uint8Array): Promise<Uint8Array> {
    const place = join(folder, cid);
    const kept = await readFile(place).catch(() => null);
    // A machine that stopped may have left anything under that name.
    if (kept !== null && createHash('sha256').update(kept).digest().equals(digest)) return kept;
    const bytes = await fetching.add(() => fetchBlock(cid));
    await mkdir(folder, { recursive: true });
    await writeFile(`${place}.partial`, bytes);
    await rename(`${place}.partial`, place);
    return bytes;
  }

  function once(cid: string, digest: Uint8Array): Promise<Uint8Array> {
    const begun = underWay.get(cid);
    if (begun !== undefined) return begun;
    const work = block(cid, digest).finally(() => underWay.delete(cid));
    underWay.set(cid, work);
    return work;
  }

  return {
    async *get(cid) {
      asked += 1;
      // Links may lead to the same blocks again and again, so that a few of them seem to be endlessly many.
      if (asked > mostBlocks) throw new InferenceError('bad_model', `it has more than ${mostBlocks} blocks`);
      const name = cid.toString();
      const bytes = await once(name, cid.multihash.digest);
      used.add(name);
      yield bytes;
    },
    async letGo() {
      for (const name of used) await rm(join(folder, name), { force: true });
      used.clear();
    },
    async settled() {
      await Promise.allSettled(underWay.values());
    },
  };
}
