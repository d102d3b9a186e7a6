import { createHash, type Hash } from 'node:crypto';

import { isOwnWord, ResourceFailed } from '../failures.js';
import type { FileDigest, SourceFile } from './listing.js';

/** Times that a file is asked for again in a row without a byte of it coming. */
const MAX_BREAKS = 4;

/**
 * A file's bytes, from where its connection broke when it did, compared with its digest at the end.
 * @throws ResourceFailed when it does not come, or is not what its source said; the signal's reason when it aborts
 */
export async function* wholeFile(
  file: SourceFile,
  signal: AbortSignal,
  onBytes: (count: number) => void,
): AsyncGenerator<Uint8Array> {
  let received = 0;
  let breaks = 0;
  let expected = file.digest;
  let hash = hashFor(expected, file.bytes);
  while (received < file.bytes) {
    const before = received;
    let broken = 'it ended early';
    try {
      const opened = await file.open(received, signal);
      if (received === 0 && expected === undefined) {
        expected = opened.digest;
        hash = hashFor(expected, file.bytes);
      }
      let at = opened.from;
      for await (const all of opened.body) {
        // What came already, from a source that begins anew.
        const chunk = all.subarray(Math.max(received - at, 0));
        at += all.length;
        if (chunk.length === 0) continue;
        received += chunk.length;
        if (received > file.bytes) {
          throw new ResourceFailed(`${file.path}: more comes than the ${file.bytes} bytes it has`);
        }
        hash?.update(chunk);
        onBytes(chunk.length);
        yield chunk;
      }
    } catch (error) {
      signal.throwIfAborted();
      if (isOwnWord(error)) throw error;
      broken = causeOf(error);
    }
    signal.throwIfAborted();
    breaks = received > before ? 0 : breaks + 1;
    if (received < file.bytes && breaks >= MAX_BREAKS) {
      throw new ResourceFailed(
        `${file.path}: ${received} of ${file.bytes} bytes came, then the connection was closed (${broken})`,
      );
    }
  }
  const found = hash?.digest('hex');
  if (expected !== undefined && found !== expected.hex) {
    throw new ResourceFailed(`${file.path}: what comes is not what its source says it is`);
  }
}

function hashFor(digest: FileDigest | undefined, bytes: number): Hash | undefined {
  if (digest === undefined) return undefined;
  // As git hashes a file: its kind and length come first.
  return digest.kind === 'git' ? createHash('sha1').update(`blob ${bytes}\0`) : createHash('sha256');
}

/** The innermost reason of a failed request. */
export function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? causeOf(error.cause) : error.message;
}
