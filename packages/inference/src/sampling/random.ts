const ROUNDS = 10;
const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;
const TWO_POW_32 = 0x1_0000_0000;

type Words4 = readonly [number, number, number, number];

/**
 * Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011): four 32-bit words
 * that depend only on counter and key, so a draw can be repeated without the draws before it.
 */
export function philox(counter: Words4, key: readonly [number, number]): Words4 {
  let [a, b, c, d] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < ROUNDS; round++) {
    const nextA = (highWord(MULTIPLIER_1, c) ^ b ^ k0) >>> 0;
    const nextC = (highWord(MULTIPLIER_0, a) ^ d ^ k1) >>> 0;
    b = Math.imul(MULTIPLIER_1, c) >>> 0;
    d = Math.imul(MULTIPLIER_0, a) >>> 0;
    a = nextA;
    c = nextC;
    k0 = (k0 + WEYL_0) >>> 0;
    k1 = (k1 + WEYL_1) >>> 0;
  }
  return [a, b, c, d];
}

/** The upper 32 bits of a product of two 32-bit words, in halves that a double holds exactly. */
function highWord(x: number, y: number): number {
  const low = (x & 0xffff) * y;
  return Math.floor(((x >>> 16) * y + Math.floor(low / 0x10000)) / 0x10000);
}

/**
 * The draw for one token: a number in [0, 1) with 53 random bits that depends only on the request's seed and
 * the token's position, never on who else shares the machine.
 * @param seed safe integer from 0
 * @param position index of the token in the whole sequence, prompt included
 */
export function uniformAt(seed: number, position: number): number {
  const key = [seed >>> 0, Math.floor(seed / TWO_POW_32)] as const;
  const [high, low] = philox([position >>> 0, Math.floor(position / TWO_POW_32), 0, 0], key);
  return ((high >>> 5) * 2 ** 26 + (low >>> 6)) / 2 ** 53;
}

/** A standard normal number for each index of a seed (Box-Muller). */
export function normalAt(seed: number, index: number): number {
  const [first, second] = [uniformAt(seed, 2 * index), uniformAt(seed, 2 * index + 1)];
  return Math.sqrt(-2 * Math.log(1 - first)) * Math.cos(2 * Math.PI * second);
}
