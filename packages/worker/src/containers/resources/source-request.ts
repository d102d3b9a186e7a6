import { setTimeout as sleep } from 'node:timers/promises';

import { PrivateAddressError } from '@inferscan/storage/client';

import { isOwnWord, NotOffered, RequestRefused, ResourceFailed } from '../failures.js';
import { causeOf } from './whole-file.js';

/** How sources are asked. */
export interface SourceAccess {
  readonly fetch: typeof globalThis.fetch;
  /** Before the second attempt; doubled for each after it. */
  readonly pauseMs: number;
  /** Whether private networks and plain HTTP will do. */
  readonly allowPrivate: boolean;
  /** Patterns of hosts that may be asked; none: any. */
  readonly hosts: readonly string[];
}

export interface SourceQuestion {
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** Of the resource in the definition, for errors. */
  readonly path: string;
  /** Signs it, where that is needed; for each attempt anew. */
  readonly sign?: ((url: URL, headers: Readonly<Record<string, string>>) => Promise<Headers>) | undefined;
}

const ATTEMPTS = 4;
const REFUSALS: ReadonlySet<number> = new Set([401, 403, 404]);
const TRANSIENT: ReadonlySet<number> = new Set([408, 425, 429]);

/**
 * Asks a source, again where the network or the source is in trouble.
 * @returns an answer with a status of success; its body has to be read or cancelled
 * @throws ResourceFailed, with its status where the source refuses; RequestRefused where it is not on the internet; NotOffered where
 * the operator does not want it to be asked
 */
export async function askSource(
  access: SourceAccess,
  { url, headers = {}, path, sign }: SourceQuestion,
  signal: AbortSignal,
): Promise<Response> {
  requireAllowed(access, url, path);
  const { fetch, pauseMs } = access;
  for (let attempt = 1; ; attempt++) {
    let failure: ResourceFailed;
    try {
      const signed = sign === undefined ? new Headers(headers) : await sign(url, headers);
      const answer = await fetch(url, { headers: signed, signal });
      if (answer.ok) return answer;
      await answer.body?.cancel();
      const { status } = answer;
      failure = new ResourceFailed(`${path}: ${url.host} answers ${status}`, status);
      if (status < 500 && !TRANSIENT.has(status)) {
        // Others are as good as 404, or say that what is asked makes no sense.
        throw REFUSALS.has(status) ? failure : new RequestRefused(failure.message);
      }
    } catch (error) {
      signal.throwIfAborted();
      if (isOwnWord(error)) throw error;
      failure = unreachable(url, path, error);
    }
    if (attempt === ATTEMPTS) throw failure;
    await sleep(pauseMs * 2 ** (attempt - 1), undefined, { signal });
  }
}

function requireAllowed({ hosts, allowPrivate }: SourceAccess, url: URL, path: string): void {
  if (url.username !== '' || url.password !== '') {
    throw new RequestRefused(`${path}: expected an address without a login`);
  }
  if (url.protocol !== 'https:' && !(allowPrivate && url.protocol === 'http:')) {
    throw new RequestRefused(`${path}: expected an address with https://`);
  }
  if (hosts.length > 0 && !hosts.some((pattern) => isMatch(pattern, url.hostname))) {
    throw new NotOffered(`${path}: this node fetches nothing from ${url.hostname}`);
  }
}

/** `*.example.com` is any host below it. */
const isMatch = (pattern: string, host: string): boolean =>
  pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : host === pattern;

/** @throws RequestRefused where it leads to a private network, or to a port that no fetch asks */
export function unreachable({ host }: URL, path: string, error: unknown): ResourceFailed {
  if (isPrivate(error)) throw new RequestRefused(`${path}: ${host} is not on the public internet`);
  const cause = causeOf(error);
  // Ports of other protocols are closed to fetch by its standard.
  if (cause === 'bad port') throw new RequestRefused(`${path}: nothing is fetched from the port of ${host}`);
  return new ResourceFailed(`${path}: ${host} cannot be reached (${cause})`);
}

function isPrivate(error: unknown): boolean {
  if (error instanceof PrivateAddressError) return true;
  return error instanceof Error && error.cause !== undefined && isPrivate(error.cause);
}

/** A body of at most so many bytes, as text. @throws ResourceFailed */
export async function shortText(answer: Response, most: number, path: string): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of bodyOf(answer)) {
    length += part.length;
    if (length > most) throw new ResourceFailed(`${path}: the answer has more than ${most} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}

/** What comes, as Node reads it: the types of the web do not know that it can be iterated. */
export async function* bodyOf(answer: Response): AsyncGenerator<Uint8Array> {
  const reader = (answer.body as ReadableStream<Uint8Array> | null)?.getReader();
  if (reader === undefined) return;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** From which byte on an answer has a file. */
export const firstByteOf = (answer: Response): number =>
  answer.status === 206
    ? Number(/^bytes (\d+)-/.exec(answer.headers.get('content-range') ?? '')?.[1] ?? 0)
    : 0;

/** Headers that ask for a file's bytes as they are, from one on. */
export const rangeFrom = (from: number): Record<string, string> => ({
  'accept-encoding': 'identity',
  ...(from > 0 && { range: `bytes=${from}-` }),
});

/** A path of names, of which each may have any characters, as it stands in an address. */
export const encodePath = (path: string): string => path.split('/').map(encodeURIComponent).join('/');
