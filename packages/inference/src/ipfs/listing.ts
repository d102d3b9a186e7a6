import { exporter, type RawNode, type ReadableStorage, type UnixFSFile } from 'ipfs-unixfs-exporter';
import type { CID } from 'multiformats/cid';
import { InferenceError } from '../errors.js';

/** Models have a dozen files, a few folders deep. */
const MOST_ENTRIES = 1000;
const DEEPEST = 2;

/** A file below a CID. */
export interface ListedFile {
  /** With slashes, from the root. */
  readonly path: string;
  readonly bytes: number;
  readonly entry: UnixFSFile | RawNode;
}

/**
 * All files of a UnixFS folder.
 * @throws InferenceError bad_model where it is none, or has too many files
 */
export async function listFolder(
  root: CID,
  blocks: ReadableStorage,
  signal?: AbortSignal,
): Promise<ListedFile[]> {
  const files: ListedFile[] = [];
  let entries = 0;

  async function visit(cid: CID, path: string, depth: number): Promise<void> {
    const found = await exporter(cid, blocks, signal && { signal });
    if (found.type === 'file' || found.type === 'raw') {
      const size = found.type === 'file' ? found.unixfs.fileSize() : found.size;
      if (size > BigInt(Number.MAX_SAFE_INTEGER))
        throw new InferenceError('bad_model', `${path}: ${size} bytes`);
      if (path === '') throw new InferenceError('bad_model', 'it is a file, not a folder');
      files.push({ path, bytes: Number(size), entry: found });
      return;
    }
    if (found.type !== 'directory')
      throw new InferenceError('bad_model', `${path || 'it'} is no file of UnixFS`);
    if (depth === DEEPEST) return;
    for await (const { name, cid: child } of found.entries(signal && { signal })) {
      entries += 1;
      if (entries > MOST_ENTRIES)
        throw new InferenceError('bad_model', `it has more than ${MOST_ENTRIES} files`);
      await visit(child, path === '' ? name : `${path}/${name}`, depth + 1);
    }
  }

  await visit(root, '', 0);
  return files;
}
