import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';

import { InferenceError } from '../errors.js';
import type { HubFile } from './choose-files.js';

export interface ReceivedFile {
  /** Where it belongs; until it is whole, it is beside that. */
  readonly place: string;
  readonly file: HubFile;
  /** What comes from that byte on. */
  readonly open: (from: number) => Promise<ReadableStream<Uint8Array>>;
  /** sha256 that the operator expects. */
  readonly expected: string | undefined;
}

const PARTIAL = '.partial';
/** Times that a file is begun again after its connection broke, as long as each brings something. */
const MAX_BREAKS = 5;

/**
 * Receives a file, from where an earlier attempt stopped.
 * @returns its sha256 as hex
 * @throws InferenceError bad_model when it is not what the hub or the operator says; then nothing of it is kept
 */
export async function receiveFile(
  { place, file, open: openFrom, expected }: ReceivedFile,
  onBytes: (received: number) => void,
): Promise<string> {
  const partial = `${place}${PARTIAL}`;
  for (let breaks = 0; ; breaks++) {
    const handle = await open(partial, 'a');
    const before = (await handle.stat()).size;
    let received = before;
    try {
      if (before < file.bytes) {
        received = await append(handle, await openFrom(before), file, before, onBytes);
      }
    } catch (error) {
      if (error instanceof InferenceError || breaks >= MAX_BREAKS) throw error;
      // Whether it was of any use is seen by the next attempt.
      if ((await handle.stat()).size === before && breaks > 0) throw error;
      continue;
    } finally {
      await handle.close();
    }
    if (received >= file.bytes) break;
    if (breaks >= MAX_BREAKS) {
      throw new InferenceError('bad_model', `${file.path}: ${received} of ${file.bytes} bytes came`);
    }
  }
  const found = await digests(partial, file);
  const matches =
    file.digest.kind === 'sha256' ? found.sha256 === file.digest.hex : found.git === file.digest.hex;
  if (!matches || (expected !== undefined && found.sha256 !== expected)) {
    await rm(partial, { force: true });
    const wanted = matches ? `sha256 ${expected}` : `${file.digest.kind} ${file.digest.hex}`;
    throw new InferenceError('bad_model', `${file.path}: what came is not ${wanted}; it was thrown away`);
  }
  await rename(partial, place);
  return found.sha256;
}

/** The sha256 of a file that is there as the hub has it; null where it is not. */
export async function isWhole(place: string, file: HubFile): Promise<string | null> {
  const there = await stat(place).catch(() => null);
  if (there?.size !== file.bytes) return null;
  const { sha256, git } = await digests(place, file);
  return (file.digest.kind === 'sha256' ? sha256 : git) === file.digest.hex ? sha256 : null;
}

async function append(
  handle: FileHandle,
  stream: ReadableStream<Uint8Array>,
  { path, bytes }: HubFile,
  from: number,
  onBytes: (received: number) => void,
): Promise<number> {
  let received = from;
  for await (const chunk of stream) {
    received += chunk.length;
    if (received > bytes) throw new InferenceError('bad_model', `${path}: more than its ${bytes} bytes come`);
    await handle.writeFile(chunk);
    onBytes(received);
  }
  return received;
}

async function digests(place: string, { bytes }: HubFile): Promise<{ sha256: string; git: string }> {
  const sha256 = createHash('sha256');
  // As git hashes a file: its kind and length come first.
  const git = createHash('sha1').update(`blob ${bytes}\0`);
  const both: readonly Hash[] = [sha256, git];
  for await (const chunk of createReadStream(place) as AsyncIterable<Buffer>) {
    for (const hash of both) hash.update(chunk);
  }
  return { sha256: sha256.digest('hex'), git: git.digest('hex') };
}
