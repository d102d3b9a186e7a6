import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { downloadFile, HubApiError } from '@huggingface/hub';

import type { Precision } from '../contract.js';
import { InferenceError } from '../errors.js';
import { chooseFiles } from './choose-files.js';
import { type FetchPolicy, requireAllowed, requireDigest, requireFitting } from './policy.js';
import { isWhole, receiveFile } from './receive-file.js';
import { readRepository } from './repository.js';
import { writeSource } from './source-file.js';

export interface FetchModelOptions {
  /** `owner/name`. */
  readonly repository: string;
  /** Branch, tag or commit. */
  readonly revision: string;
  readonly precision: Precision;
  /** The model's folder; made where it is not there. */
  readonly directory: string;
  readonly policy: FetchPolicy;
  /** Where the hub is; Hugging Face's where it is left out. */
  readonly hubUrl?: string | undefined;
  readonly accessToken?: string | undefined;
  readonly onProgress?: ((progress: FetchProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface FetchProgress {
  readonly path: string;
  readonly bytes: number;
  readonly of: number;
  /** Of all files. */
  readonly totalBytes: number;
  readonly totalOf: number;
}

/** Written into the model's folder. */
export interface ModelSource {
  readonly repository: string;
  /** The commit, whatever the revision was called. */
  readonly commit: string;
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly sha256: string }[];
}

/**
 * Fetches what the engine needs of a model from a hub that speaks Hugging Face's protocol. All files are of one commit; each is
 * compared with the digest that the hub states, and with the operator's. What was fetched before an interruption is
 * kept and goes on where it stopped; the folder has a file under its name only when it is whole.
 * @throws InferenceError bad_request (refused by policy), bad_model, cancelled
 */
export async function fetchModel(options: FetchModelOptions): Promise<ModelSource> {
  const { repository, revision, precision, directory, policy, onProgress, signal } = options;
  requireAllowed(repository, policy);
  const hub = {
    ...(options.hubUrl === undefined ? {} : { hubUrl: options.hubUrl }),
    ...(options.accessToken === undefined ? {} : { accessToken: options.accessToken }),
    ...(signal === undefined ? {} : { fetch: stoppable(signal) }),
  };
  return told(repository, signal, async () => {
    const { commit, files: all } = await readRepository({ repository, revision, ...hub });
    const files = chooseFiles(all, precision);
    requireFitting(files, policy);
    const totalOf = files.reduce((sum, { bytes }) => sum + bytes, 0);
    const received: ModelSource['files'][number][] = [];
    let before = 0;
    for (const file of files) {
      const { path, bytes } = file;
      const place = join(directory, path);
      await mkdir(join(place, '..'), { recursive: true });
      const progress = (done: number): void =>
        onProgress?.({ path, bytes: done, of: bytes, totalBytes: before + done, totalOf });
      const sha256 =
        (await isWhole(place, file)) ??
        (await receiveFile(
          {
            place,
            file,
            open: async (from) => {
              const blob = await downloadFile({
                repo: repository,
                path,
                revision: commit,
                xet: false,
                ...hub,
              });
              if (blob === null) throw new InferenceError('bad_model', `${path}: the hub does not have it`);
              return blob.slice(from).stream();
            },
            expected: policy.digests[path],
          },
          progress,
        ));
      requireDigest(path, sha256, policy);
      before += bytes;
      progress(0);
      received.push({ path, bytes, sha256 });
    }
    const source = { repository, commit, files: received };
    await writeSource(directory, source);
    return source;
  });
}

const stoppable =
  (signal: AbortSignal): typeof fetch =>
  (input, init) =>
    fetch(input, { ...init, signal });

/** Errors of the hub and the network in our words. */
async function told<Result>(
  repository: string,
  signal: AbortSignal | undefined,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof InferenceError) throw error;
    if (signal?.aborted)
      throw new InferenceError('cancelled', 'fetching was stopped; it goes on where it stopped');
    if (error instanceof HubApiError) {
      throw new InferenceError(
        'bad_model',
        `${repository}: the hub answers ${error.statusCode} (${error.message})`,
      );
    }
    const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : '';
    const reason = error instanceof Error ? error.message : String(error);
    throw new InferenceError('bad_model', `${repository}: cannot be fetched: ${reason}${cause}`);
  }
}
