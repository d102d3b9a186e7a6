import { CID } from 'multiformats/cid';
import * as Digest from 'multiformats/hashes/digest';

/** Multihash code of sha2-256. */
const SHA2_256 = 0x12;
/** Codec of UnixFS blocks, the only one a version 0 CID can name. */
const DAG_PB = 0x70;

/**
 * The version 0 CID of a digest as accounts hold it.
 * @throws RangeError unless `digest` has 32 bytes
 */
export function cidFromDigest(digest: Uint8Array): string {
  if (digest.length !== 32) throw new RangeError(`a sha2-256 digest has 32 bytes, got ${digest.length}`);
  return CID.createV0(Digest.create(SHA2_256, digest)).toString();
}

/**
 * The 32 bytes that accounts hold for a CID.
 * Takes version 0, and version 1 where it names the same block (dag-pb, sha2-256).
 * @throws TypeError for anything else
 */
export function digestFromCid(cid: string): Uint8Array {
  let parsed: CID;
  try {
    parsed = CID.parse(cid);
  } catch (cause) {
    throw new TypeError(`not a CID: ${JSON.stringify(cid.slice(0, 120))}`, { cause });
  }
  if (parsed.code !== DAG_PB || parsed.multihash.code !== SHA2_256 || parsed.multihash.digest.length !== 32) {
    throw new TypeError(`${cid} names no UnixFS block by sha2-256 (expected Qm…)`);
  }
  return parsed.multihash.digest.slice();
}
