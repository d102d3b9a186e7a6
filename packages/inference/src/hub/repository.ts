import { listFiles, modelInfo } from '@huggingface/hub';

import type { HubFile } from './choose-files.js';

export interface RepositoryAddress {
  /** `owner/name`. */
  readonly repository: string;
  /** Branch, tag or commit. */
  readonly revision: string;
  /** Where the hub is; Hugging Face's where it is left out. */
  readonly hubUrl?: string | undefined;
  readonly accessToken?: string | undefined;
  readonly fetch?: typeof globalThis.fetch | undefined;
}

/** A repository as it is at one commit. */
export interface HubRepository {
  readonly commit: string;
  readonly files: readonly HubFile[];
}

/**
 * Asks a hub that speaks Hugging Face's protocol what a repository has.
 * @param most files to be listed: with one more than that the answer is cut off
 * @throws the hub's error, which has a `statusCode`; what fetch throws
 */
export async function readRepository(
  { repository, revision, hubUrl, accessToken, fetch }: RepositoryAddress,
  most = Number.POSITIVE_INFINITY,
): Promise<HubRepository> {
  const hub = {
    ...(hubUrl === undefined ? {} : { hubUrl }),
    ...(accessToken === undefined ? {} : { accessToken }),
    ...(fetch === undefined ? {} : { fetch }),
  };
  const { sha: commit } = await modelInfo({
    name: repository,
    revision,
    additionalFields: ['sha'],
    ...hub,
  });
  const files: HubFile[] = [];
  for await (const entry of listFiles({ repo: repository, revision: commit, recursive: true, ...hub })) {
    const { type, path, size, oid, lfs } = entry;
    if (type !== 'file' || oid === undefined) continue;
    files.push({
      path,
      bytes: lfs?.size ?? size,
      digest: lfs ? { kind: 'sha256', hex: lfs.oid } : { kind: 'git', hex: oid },
    });
    if (files.length > most) break;
  }
  return { commit, files };
}
