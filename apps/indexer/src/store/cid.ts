const DIGITS = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const PAIRS = Array.from(DIGITS, (high) => Array.from(DIGITS, (low) => high + low)).flat();
const PAIR = PAIRS.length;
/** Four digits of base58: what two pairs take. */
const CHUNK = PAIR * PAIR;
/** Twelve chunks of four digits hold the 46 of a CIDv0. */
const CHUNKS = 12;
const LENGTH = 46;
const DIGEST_BYTES = 32;
const SHA2_256 = 0x1220;
const chunks = new Float64Array(CHUNKS);

/** CIDs of the digests that were asked for last: what is stored together asks for each of them three times. */
const made = new Map<string, string>();
const MOST_MADE = 50_000;

/**
 * The CIDv0 of a sha2-256 digest in hex: "Qm" and so on.
 * @throws RangeError when it is no digest
 */
export function cidOf(digest: string): string {
  const known = made.get(digest);
  if (known !== undefined) return known;
  const cid = makeCid(digest);
  if (made.size >= MOST_MADE) made.clear();
  made.set(digest, cid);
  return cid;
}

/** For the millions of an index it must be fast: two bytes at a time go into chunks of four digits. */
function makeCid(digest: string): string {
  const bytes = Buffer.from(digest, 'hex');
  if (bytes.length !== DIGEST_BYTES) throw new RangeError(`${digest} is no sha2-256 digest in hex`);
  chunks.fill(0);
  let used = 1;
  chunks[0] = SHA2_256;
  for (let at = 0; at < DIGEST_BYTES; at += 2) {
    let left = bytes.readUInt16BE(at);
    for (let place = 0; place < used || left > 0; place++) {
      const value = (chunks[place] ?? 0) * 65_536 + left;
      left = Math.floor(value / CHUNK);
      chunks[place] = value - left * CHUNK;
      if (place === used) used++;
    }
  }
  let text = '';
  for (const chunk of chunks) {
    const high = Math.floor(chunk / PAIR);
    text = `${PAIRS[high]}${PAIRS[chunk - high * PAIR]}${text}`;
  }
  // The multihash begins with 0x12, so there are always as many digits.
  return text.slice(-LENGTH);
}
