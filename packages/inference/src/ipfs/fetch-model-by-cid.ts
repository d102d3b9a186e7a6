import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type ContentClientOptions, ContentError, createContentClient } from '@inferscan/storage/client';
import { CID } from 'multiformats/cid';
import { z } from 'zod';
import type { Precision } from '../contract.js';
import { InferenceError } from '../errors.js';
import { chooseFiles } from '../hub/choose-files.js';
import type { FetchProgress } from '../hub/fetch-model.js';
import { type FetchPolicy, requireCidAllowed, requireDigest, requireFitting } from '../hub/policy.js';
import { SOURCE_FILE, writeSource } from '../hub/source-file.js';
import { digestFile } from '../loading/files.js';
import { createKeptBlocks, type KeptBlocks } from './kept-blocks.js';
import { type ListedFile, listFolder } from './listing.js';

export interface FetchByCidOptions {
  /** Of a UnixFS folder, either version. */
  readonly cid: string;
  readonly precision: Precision;
  /** The model's folder; made where it is not there. */
  readonly directory: string;
  readonly policy: FetchPolicy;
  /** Base URLs of IPFS gateways that give single blocks, tried in order. */
  readonly gateways: readonly string[];
  /** Whether gateways may lie in private networks. */
  readonly allowPrivate?: boolean;
  readonly onProgress?: ((progress: FetchProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

const receivedSchema = z.object({
  cid: z.string(),
  files: z.array(z.object({ path: z.string(), bytes: z.number(), sha256: z.string() })),
});
/** Written into the model's folder. */
export type ReceivedModel = z.output<typeof receivedSchema>;
type ReceivedFile = ReceivedModel['files'][number];

/** Below the model's folder, until the model is whole. */
const WORK_FOLDER = '.fetching';
const BLOCK_TIMEOUT_MS = 60_000;
/** Times that a block is asked for where gateways fail in ways that may pass. */
const ATTEMPTS = 4;
const BLOCKS_AT_ONCE = 4;
/** Of a file, that is read at a time: within it blocks may be fetched as fast as they come, and wait in memory to be written. */
const READ_BYTES = 16 * 1024 * 1024;
/** Blocks that a model may have, one for so many bytes and these besides: they usually hold 256 KiB and more. */
const LEAST_BLOCK_BYTES = 1024;
const MORE_BLOCKS = 10_000;

/**
 * Fetches what the engine needs of a model from IPFS gateways, none of which is believed: every block is compared with its CID, and so
 * all files with the one that was asked for. Blocks of a file stay on disk until it is whole, so that an interrupted call goes on where
 * it stopped; the folder has a file under its name only then.
 * @throws InferenceError bad_request (refused by policy), bad_model, cancelled
 */
export async function fetchModelByCid(options: FetchByCidOptions): Promise<ReceivedModel> {
  const { precision, directory, policy, gateways, allowPrivate = false, signal } = options;
  const root = requireCidAllowed(options.cid, policy);
  const client = openClient({ gateways: [...gateways], allowPrivate, timeoutMs: BLOCK_TIMEOUT_MS });
  const cid = root.toString();
  const failed = new AbortController();
  const stop = AbortSignal.any([failed.signal, ...(signal ? [signal] : [])]);
  const blocks = createKeptBlocks({
    folder: join(directory, WORK_FOLDER),
    fetchBlock: (name) =>
      persistently(() => client.fetchBlock(name, { signal: stop })).catch((error) => {
        // Several are read at once, and handed over in order: the reader would wait for those before it.
        failed.abort(error);
        throw error;
      }),
    atOnce: BLOCKS_AT_ONCE,
    mostBlocks: MORE_BLOCKS + Math.ceil(policy.maxBytes / LEAST_BLOCK_BYTES),
  });
  try {
    const files = chooseFiles(await listFolder(root, blocks, signal), precision);
    requireFitting(files, policy);
    return await receiveAll(cid, files, blocks, options);
  } catch (error) {
    const told = inOurWords(cid, failed.signal.aborted ? failed.signal.reason : error, signal);
    failed.abort();
    // What they write would be in the way of whoever tries again.
    await blocks.settled();
    // What is refused is not gone on with.
    if (told.code === 'bad_request') await rm(join(directory, WORK_FOLDER), { recursive: true, force: true });
    throw told;
  } finally {
    await client.close();
  }
}

async function receiveAll(
  cid: string,
  files: readonly ListedFile[],
  blocks: KeptBlocks,
  { directory, policy, onProgress, signal }: FetchByCidOptions,
): Promise<ReceivedModel> {
  const work = join(directory, WORK_FOLDER);
  const known = [
    ...(await received(join(work, SOURCE_FILE), cid)),
    ...(await received(join(directory, SOURCE_FILE), cid)),
  ];
  const totalOf = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const whole: ReceivedFile[] = [];
  let before = 0;
  for (const file of files) {
    const progress = (done: number): void =>
      onProgress?.({ path: file.path, bytes: done, of: file.bytes, totalBytes: before + done, totalOf });
    const place = join(directory, file.path);
    const sha256 = (await isThere(place, known, file)) ?? (await receive(file, place, progress, signal));
    requireDigest(file.path, sha256, policy);
    before += file.bytes;
    progress(0);
    whole.push({ path: file.path, bytes: file.bytes, sha256 });
    await mkdir(work, { recursive: true });
    await writeSource(work, { cid, files: whole });
    await blocks.letGo();
  }
  await writeSource(directory, { cid, files: whole });
  await rm(work, { recursive: true, force: true });
  return { cid, files: whole };
}

/** @returns the file's sha256 */
async function receive(
  { path, bytes, entry }: ListedFile,
  place: string,
  progress: (done: number) => void,
  signal: AbortSignal | undefined,
): Promise<string> {
  await mkdir(dirname(place), { recursive: true });
  const partial = `${place}.partial`;
  const hash = createHash('sha256');
  let done = 0;
  const handle = await open(partial, 'w');
  try {
    for (let from = 0; from < bytes && done === from; from += READ_BYTES) {
      const part = { offset: from, length: Math.min(READ_BYTES, bytes - from), ...(signal && { signal }) };
      for await (const chunk of entry.content(part)) {
        done += chunk.length;
        if (done > bytes) break;
        hash.update(chunk);
        await handle.writeFile(chunk);
        progress(done);
      }
    }
  } finally {
    await handle.close();
  }
  if (done !== bytes) {
    await rm(partial, { force: true });
    throw new InferenceError('bad_model', `${path}: it says that it has ${bytes} bytes, and has not`);
  }
  await rename(partial, place);
  return hash.digest('hex');
}

/** Files that an earlier call received of the same model. */
async function received(file: string, cid: string): Promise<ReceivedFile[]> {
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return [];
  try {
    const parsed = receivedSchema.safeParse(JSON.parse(text));
    return parsed.success && parsed.data.cid === cid ? parsed.data.files : [];
  } catch {
    return [];
  }
}

/** The sha256 of a file that is there as it was received; null where it is not. */
async function isThere(place: string, known: readonly ReceivedFile[], { path, bytes }: ListedFile) {
  const one = known.find((file) => file.path === path && file.bytes === bytes);
  if (one === undefined || (await stat(place).catch(() => null))?.size !== bytes) return null;
  return (await digestFile(place)).digest === one.sha256 ? one.sha256 : null;
}

async function persistently<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ContentError && error.retryable) || attempt === ATTEMPTS) throw error;
    }
  }
}

function openClient(options: ContentClientOptions) {
  try {
    return createContentClient(options);
  } catch (error) {
    throw new InferenceError(
      'bad_request',
      `gateway: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function inOurWords(cid: string, error: unknown, signal: AbortSignal | undefined): InferenceError {
  if (signal?.aborted) {
    return new InferenceError('cancelled', 'fetching was stopped; it goes on where it stopped');
  }
  if (error instanceof InferenceError && error.code !== 'bad_model') return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new InferenceError('bad_model', `${cid}: ${reason}`);
}

/** Whether a name is a CID, which no name of a hub's model is. */
export function isCid(name: string): boolean {
  try {
    CID.parse(name);
    return true;
  } catch {
    return false;
  }
}
