import { readRepository } from '@inferscan/inference';

import { isOwnWord, RequestRefused, ResourceFailed } from '../failures.js';
import { MOST_FILES } from './file-names.js';
import type { Listing } from './listing.js';
import type { ResourceRequest } from './resource-args.js';
import {
  askSource,
  bodyOf,
  encodePath,
  firstByteOf,
  rangeFrom,
  type SourceAccess,
  unreachable,
} from './source-request.js';

type HubResource = Extract<ResourceRequest['resource'], { type: 'HF' }>;

const REPOSITORY = /^[\w.-]{1,96}\/[\w.-]{1,96}$/;
const REVISION = /^(?!.*\.\.)[\w.][\w./-]{0,199}$/;

/** What a model hub has of a repository: plain files, as they lie in it. */
export async function listHub(
  access: SourceAccess,
  hubUrl: string,
  { repo, revision = 'main', files: named = [], accessToken }: HubResource,
  path: string,
  signal: AbortSignal,
): Promise<Listing> {
  if (!REPOSITORY.test(repo)) throw new RequestRefused(`${path}.repo: expected owner/name`);
  if (!REVISION.test(revision)) {
    throw new RequestRefused(`${path}.revision: expected a branch, a tag or a commit`);
  }
  if (accessToken !== undefined && !/^hf_[\x21-\x7e]{1,500}$/.test(accessToken)) {
    throw new RequestRefused(`${path}.accessToken: expected a token of the hub`);
  }
  const token = accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` };
  const base = hubUrl.replace(/\/$/, '');
  const { commit, files: all } = await ask();
  // As on the network's hosts, an empty list leaves nothing out.
  const wanted =
    named.length === 0 ? all : all.filter((file) => named.some((name) => covers(name, file.path)));
  const missing = named.findIndex((name) => !all.some((file) => covers(name, file.path)));
  if (missing >= 0) {
    throw new ResourceFailed(`${path}.files[${missing}]: ${repo} has no such file at ${revision}`, 404);
  }
  return {
    name: `${repo}@${commit}`,
    credential: accessToken ?? null,
    files: wanted.map((file) => ({
      ...file,
      async open(from, signal) {
        const url = new URL(`${base}/${repo}/resolve/${commit}/${encodePath(file.path)}`);
        const headers = { ...token, ...rangeFrom(from) };
        const answer = await askSource(access, { url, headers, path }, signal);
        return { body: bodyOf(answer), from: firstByteOf(answer) };
      },
    })),
  };

  async function ask(): Promise<Awaited<ReturnType<typeof readRepository>>> {
    const address = { repository: repo, revision, hubUrl: base, accessToken };
    // The library asks, each time as `askSource` does: again where there is trouble.
    const fetch: typeof globalThis.fetch = (input, init) =>
      askSource(access, { url: new URL(String(input)), headers: plain(init?.headers), path }, signal);
    try {
      return await readRepository({ ...address, fetch }, MOST_FILES);
    } catch (error) {
      signal.throwIfAborted();
      if (isOwnWord(error)) throw error;
      throw unreachable(new URL(base), path, error);
    }
  }
}

/** A name stands for a file, or for all in a folder. */
const covers = (name: string, path: string): boolean =>
  path === name || path.startsWith(name.endsWith('/') ? name : `${name}/`);

const plain = (headers: unknown): Record<string, string> =>
  Object.fromEntries(new Headers(headers as Record<string, string> | undefined));
