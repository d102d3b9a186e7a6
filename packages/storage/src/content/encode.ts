import { importBytes } from 'ipfs-unixfs-importer';

import { cidFromDigest } from './address.js';

export interface EncodedContent {
  /** Version 0 CID, as `ipfs add` gives it. */
  cid: string;
  /** sha2-256 of the root block: the 32 bytes that go on chain. */
  digest: Uint8Array;
  bytes: Uint8Array;
}

/** A file, whole or as it comes. */
type ContentBytes = Uint8Array | AsyncIterable<Uint8Array>;

/** Only the root's CID is wanted, so blocks go nowhere. */
const discard = { put: <T>(cid: T): T => cid };

/** Blocks are hashed one after the other, and only one at a time is in memory of a file that comes in parts. */
const PROFILE = { profile: 'unixfs-v0-2015', blockWriteConcurrency: 1 } as const;

/** The digest of the root block that `ipfs add` makes: UnixFS, 256 KiB chunks, balanced with 174 links. */
export async function digestOfContent(content: ContentBytes): Promise<Uint8Array> {
  const { cid } = await importBytes(content, discard, PROFILE);
  return cid.multihash.digest.slice();
}

/** Addresses a file as `ipfs add` does, by a version 0 CID. */
export async function encodeBytes(bytes: Uint8Array): Promise<EncodedContent> {
  const digest = await digestOfContent(bytes);
  return { cid: cidFromDigest(digest), digest, bytes };
}

/**
 * The version 1 CID of a file as `ipfs add --cid-version=1` gives it: the same 256 KiB chunks, but as raw blocks.
 * A file of one chunk is that raw block itself (bafkrei…), a longer one a UnixFS root (bafybei…).
 */
export async function rawLeavesCid(content: ContentBytes): Promise<string> {
  const { cid } = await importBytes(content, discard, { ...PROFILE, cidVersion: 1, rawLeaves: true });
  return cid.toString();
}

/**
 * Addresses a JSON value by its `JSON.stringify` text, as pinning services do.
 * @throws TypeError if the value has no JSON text
 */
export async function encodeJson(value: unknown): Promise<EncodedContent> {
  const text = JSON.stringify(value);
  if (text === undefined) throw new TypeError('the value has no JSON text');
  return encodeBytes(new TextEncoder().encode(text));
}
