import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import canonicalize from 'canonicalize';

/**
 * RFC 8785 (JCS) text of a JSON value: the one spelling that digests and signatures are taken over.
 * @throws TypeError for values JSON cannot say (undefined, NaN, Infinity, cycles).
 */
export function canonicalJson(value: unknown): string {
  let text: string | undefined;
  try {
    text = canonicalize(value);
  } catch (cause) {
    throw new TypeError(`not canonical JSON: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
  if (text === undefined) throw new TypeError('not canonical JSON: the value is undefined');
  return text;
}

/** UTF-8 bytes of {@link canonicalJson}. */
export function canonicalBytes(value: unknown): Uint8Array {
  return utf8ToBytes(canonicalJson(value));
}

/** Lower-case hex sha2-256 of the canonical JSON of `value`. */
export function canonicalDigest(value: unknown): string {
  return bytesToHex(sha256(canonicalBytes(value)));
}
