import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';

/** As long as the chunks of UnixFS; a reader holds one or two of them. */
const CHUNK_BYTES = 256 * 1024;

export interface VerifiedFile {
  readonly size: number;
  /**
   * The bytes from `start` to before `end`, in pieces.
   * @throws Error `onDamage` makes, where the file is no longer what it was when it was verified; never gives such bytes
   */
  read(start?: number, end?: number): AsyncGenerator<Uint8Array, void, undefined>;
  close(): Promise<void>;
}

/**
 * Verifies an open file as a whole, then gives out parts of it, with no more than a few chunks in memory:
 * the first pass computes its address and notes each chunk's digest, and a read checks the chunks it gives against these.
 * @param isRight computes the address of what it is given and compares it
 * @returns null if the address is another one; the file is then still the caller's to close
 */
export async function verifyFile(
  file: FileHandle,
  isRight: (content: AsyncIterable<Uint8Array>) => Promise<boolean>,
  onDamage: () => Error,
): Promise<VerifiedFile | null> {
  const { size } = await file.stat();
  const digests: Buffer[] = [];
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let start = 0; start < size; start += CHUNK_BYTES) {
      const chunk = await readChunk(file, start, size);
      digests.push(digestOf(chunk));
      yield chunk;
    }
  }
  if (!(await isRight(chunks()))) return null;

  return {
    size,
    async *read(start = 0, end = size) {
      for (let index = Math.floor(start / CHUNK_BYTES); index * CHUNK_BYTES < end; index += 1) {
        const from = index * CHUNK_BYTES;
        const chunk = await readChunk(file, from, size);
        if (digests[index]?.equals(digestOf(chunk)) !== true) throw onDamage();
        yield chunk.subarray(Math.max(start - from, 0), end - from);
      }
    },
    close: () => file.close(),
  };
}

/** The chunk at a position; shorter than it should be where the file ends early. */
async function readChunk(file: FileHandle, start: number, size: number): Promise<Buffer> {
  const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, size - start));
  let filled = 0;
  while (filled < chunk.length) {
    const { bytesRead } = await file.read(chunk, filled, chunk.length - filled, start + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return chunk.subarray(0, filled);
}

function digestOf(chunk: Uint8Array): Buffer {
  return createHash('sha256').update(chunk).digest();
}
