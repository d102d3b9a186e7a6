import './keep-node-fetch.js';

import { createHash } from 'node:crypto';

import { fetch } from 'undici';
import { z } from 'zod';

import { blockDigest, cidFromDigest, digestFromCid, fileAddress } from '../content/address.js';
import { encodeBytes, encodeJson, rawLeavesCid } from '../content/encode.js';
import { linkSignals } from '../linked-signal.js';
import { ContentError } from './errors.js';
import { createGuardedAgent, PrivateAddressError } from './guarded-agent.js';

export interface ContentClientOptions {
  /** Base URLs, tried in order; `/ipfs/CID` is appended. From the operator's configuration, never from data. */
  gateways: readonly string[];
  /** Base URL of a pinning service with Pinata's `pinJSONToIPFS`. */
  pinningUrl?: string;
  /** Bearer token for pinning. */
  token?: string;
  /** Largest document, in bytes. Default 8 MiB. */
  maxBytes?: number;
  /** For each request, from connecting to the last byte. Default 15 s. */
  timeoutMs?: number;
  /** Also talk to loopback and private networks, as a localnet needs. Default false. */
  allowPrivate?: boolean;
}

export interface ContentClient {
  /**
   * Pins a JSON value; the service's address must be ours.
   * @throws ContentError
   */
  pinJson(value: unknown, options?: { signal?: AbortSignal }): Promise<{ cid: string; digest: Uint8Array }>;
  /**
   * Fetches a JSON value, verified against its CID: as `ipfs add` makes it by default, or with `--raw-leaves`, which
   * gives the root of a file of several chunks another digest.
   * @throws ContentError; TypeError if `cid` is not one; the signal's reason when aborted
   */
  fetchJson(cid: string, options?: { signal?: AbortSignal }): Promise<unknown>;
  /**
   * Fetches one block as it is (of UnixFS, or raw), verified against its CID. Gateways give it as the specification of trustless ones
   * says.
   * @throws ContentError; TypeError if `cid` is none of such a block; the signal's reason when aborted
   */
  fetchBlock(cid: string, options?: { signal?: AbortSignal }): Promise<Uint8Array>;
  /** Closes idle connections. */
  close(): Promise<void>;
}

/** Blocks of more are not exchanged between nodes. */
const MAX_BLOCK_BYTES = 4 * 1024 * 1024;

const PinAnswer = z.looseObject({ IpfsHash: z.string() });

/** A client for gateways and a pinning service that believes neither: everything is checked by its address. */
export function createContentClient(options: ContentClientOptions): ContentClient {
  const { maxBytes = 8 * 1024 * 1024, timeoutMs = 15_000, token } = options;
  const gateways = options.gateways.map((url) => endpoint(url, /\/ipfs\/?$/, 'ipfs'));
  const pinning =
    options.pinningUrl === undefined
      ? undefined
      : endpoint(options.pinningUrl, /\/pinning\/pinJSONToIPFS$/, 'pinning/pinJSONToIPFS');
  const agent = createGuardedAgent({ allowPrivate: options.allowPrivate ?? false });

  async function request(
    url: string,
    init: { method: string; headers?: Record<string, string>; body?: string },
    signal: AbortSignal | undefined,
    most = maxBytes,
  ): Promise<{ status: number; bytes: Uint8Array }> {
    const timeout = AbortSignal.timeout(timeoutMs);
    const ended = linkSignals(timeout, ...(signal ? [signal] : []));
    try {
      const response = await fetch(url, {
        ...init,
        dispatcher: agent,
        signal: ended.signal,
      });
      return { status: response.status, bytes: await readLimited(response.body, most, url) };
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      if (timeout.aborted) {
        throw new ContentError('timeout', `${url} did not answer within ${timeoutMs} ms`, true, {
          cause: error,
        });
      }
      if (error instanceof ContentError) throw error;
      throw unreachable(url, error);
    } finally {
      ended.release();
    }
  }

  async function get(
    url: string,
    accept: string,
    signal: AbortSignal | undefined,
    most?: number,
  ): Promise<Uint8Array> {
    const { status, bytes } = await request(url, { method: 'GET', headers: { accept } }, signal, most);
    if (status === 404 || status === 410)
      throw new ContentError('not_found', `${url} has nothing there`, true);
    if (status < 200 || status > 299) {
      throw new ContentError('unreachable', `${url} answered with status ${status}`, true);
    }
    return bytes;
  }

  async function fetchFrom(
    gateway: string,
    cid: string,
    signal: AbortSignal | undefined,
  ): Promise<Uint8Array> {
    const url = `${gateway}/${cid}`;
    const bytes = await get(url, 'application/json, */*;q=0.5', signal);
    const encoded = await encodeBytes(bytes);
    if (encoded.cid !== cid && fileAddress(await rawLeavesCid(bytes)).key !== cid) {
      throw new ContentError(
        'digest_mismatch',
        `${url} sent other content: it has the CID ${encoded.cid}`,
        false,
      );
    }
    return bytes;
  }

  async function blockFrom(
    gateway: string,
    cid: string,
    digest: Uint8Array,
    signal: AbortSignal | undefined,
  ): Promise<Uint8Array> {
    const url = `${gateway}/${cid}?format=raw`;
    const bytes = await get(url, 'application/vnd.ipld.raw', signal, MAX_BLOCK_BYTES);
    if (createHash('sha256').update(bytes).digest().equals(digest)) return bytes;
    throw new ContentError('digest_mismatch', `${url} sent another block`, false);
  }

  /** What the first gateway delivers that does. */
  async function fromAny<T>(fetchOne: (gateway: string) => Promise<T>): Promise<T> {
    const failures: ContentError[] = [];
    for (const gateway of gateways) {
      try {
        return await fetchOne(gateway);
      } catch (error) {
        // Verified bytes that are no JSON are the same everywhere.
        if (!(error instanceof ContentError) || error.code === 'not_json') throw error;
        failures.push(error);
      }
    }
    // If one gateway may yet deliver, the whole may.
    const failure = failures.find((error) => error.retryable) ?? failures[0];
    throw failure ?? new ContentError('unreachable', 'no gateway is configured', false);
  }

  return {
    async fetchJson(cid, { signal } = {}) {
      const name = cidFromDigest(digestFromCid(cid));
      return fromAny(async (gateway) => parseJson(await fetchFrom(gateway, name, signal), name));
    },

    async fetchBlock(cid, { signal } = {}) {
      const [name, digest] = [fileAddress(cid).cid, blockDigest(cid)];
      return fromAny((gateway) => blockFrom(gateway, name, digest, signal));
    },

    async pinJson(value, { signal } = {}) {
      if (pinning === undefined) throw new ContentError('refused', 'no pinning service is configured', false);
      const { cid, digest, bytes } = await encodeJson(value);
      if (bytes.length > maxBytes) {
        throw new ContentError(
          'too_large',
          `the document has ${bytes.length} bytes, at most ${maxBytes}`,
          false,
        );
      }
      const { status, bytes: answer } = await request(
        pinning,
        {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          },
          body: JSON.stringify({ pinataContent: value, pinataOptions: { cidVersion: 0 } }),
        },
        signal,
      );
      checkPinStatus(pinning, status, answer);
      const parsed = PinAnswer.safeParse(parseJson(answer, 'the pinning answer'));
      if (!parsed.success) throw new ContentError('unreachable', `${pinning} gave no IpfsHash`, true);
      if (parsed.data.IpfsHash !== cid) {
        const got = parsed.data.IpfsHash.slice(0, 120);
        throw new ContentError('digest_mismatch', `${pinning} stored ${got} instead of ${cid}`, false);
      }
      return { cid, digest };
    },

    close: () => agent.close(),
  };
}

/** @throws TypeError unless `url` is an http(s) URL without credentials, query or fragment */
function endpoint(url: string, suffix: RegExp, path: string): string {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch (cause) {
    throw new TypeError(`not a URL: ${JSON.stringify(url)}`, { cause });
  }
  if (!/^https?:$/.test(parsed.protocol) || parsed.username || parsed.search || parsed.hash) {
    throw new TypeError(`expected an http(s) URL without credentials, query or fragment: ${parsed.origin}`);
  }
  const base = parsed.href.replace(/\/+$/, '');
  return suffix.test(base) ? base : `${base}/${path}`;
}

async function readLimited(
  body: AsyncIterable<Uint8Array> | null,
  maxBytes: number,
  url: string,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > maxBytes)
      throw new ContentError('too_large', `${url} sent more than ${maxBytes} bytes`, false);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

function checkPinStatus(url: string, status: number, answer: Uint8Array): void {
  if (status >= 200 && status <= 299) return;
  if (status === 413) throw new ContentError('too_large', `${url} takes no document of this size`, false);
  if (status === 401 || status === 403) {
    throw new ContentError('refused', `${url} did not accept the token (status ${status})`, false);
  }
  const said = new TextDecoder().decode(answer.subarray(0, 300));
  if (status >= 400 && status < 500 && status !== 408 && status !== 429) {
    throw new ContentError('refused', `${url} refused the document (status ${status}): ${said}`, false);
  }
  throw new ContentError('unreachable', `${url} answered with status ${status}`, true);
}

function unreachable(url: string, error: unknown): ContentError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (cause instanceof PrivateAddressError) {
    return new ContentError('refused', `${url}: ${cause.message}`, false, { cause: error });
  }
  const reason = cause instanceof Error ? cause.message || cause.name : String(cause);
  return new ContentError('unreachable', `${url} cannot be reached: ${reason}`, true, { cause: error });
}

function parseJson(bytes: Uint8Array, what: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new ContentError('not_json', `${what} is not JSON`, false, { cause });
  }
}
