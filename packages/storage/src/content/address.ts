import { CID } from 'multiformats/cid';
import * as Digest from 'multiformats/hashes/digest';

/** Multihash code of sha2-256. */
const SHA2_256 = 0x12;
/** Codec of UnixFS blocks, the only one a version 0 CID can name. */
const DAG_PB = 0x70;
/** Codec of blocks that are plain bytes of a file. */
const RAW = 0x55;

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
  const parsed = parse(cid);
  if (parsed.code !== DAG_PB || !hasSha256(parsed)) {
    throw new TypeError(`${cid} names no UnixFS block by sha2-256 (expected Qm…)`);
  }
  return parsed.multihash.digest.slice();
}

export interface FileAddress {
  /** The CID in its own version's usual base: what a client that asked by it expects to read back. */
  cid: string;
  /** The same for every spelling of one block: version 0 where there is one, else version 1 in base32. */
  key: string;
}

/**
 * Reads the CID of a file's root block: UnixFS (dag-pb, either version) or one raw block (version 1).
 * @throws TypeError for anything else
 */
export function fileAddress(cid: string): FileAddress {
  const parsed = parse(cid);
  if ((parsed.code !== DAG_PB && parsed.code !== RAW) || !hasSha256(parsed)) {
    throw new TypeError(`${cid} names no file by sha2-256 (expected Qm…, bafybei… or bafkrei…)`);
  }
  const written = parsed.toString();
  return { cid: written, key: parsed.code === DAG_PB ? cidFromDigest(parsed.multihash.digest) : written };
}

/**
 * What a block must have as its sha2-256: dag-pb or raw, either version.
 * @throws TypeError for any other CID
 */
export function blockDigest(cid: string): Uint8Array {
  fileAddress(cid);
  return parse(cid).multihash.digest.slice();
}

function parse(cid: string): CID {
  try {
    return CID.parse(cid);
  } catch (cause) {
    throw new TypeError(`not a CID: ${JSON.stringify(cid.slice(0, 120))}`, { cause });
  }
}

function hasSha256({ multihash }: CID): boolean {
  return multihash.code === SHA2_256 && multihash.digest.length === 32;
}
