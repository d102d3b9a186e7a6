// WebCrypto hashes asynchronously only, and reading a transaction is not worth a promise. FIPS 180-4.

const ROUNDS = 64;
const BLOCK = 64;

/** The first 32 bits of the fractional part of the root of `prime`. */
const fraction = (prime: number, root: number): number =>
  Math.floor((prime ** (1 / root) % 1) * 2 ** 32) >>> 0;

const primes: number[] = [];
for (let candidate = 2; primes.length < ROUNDS; candidate += 1) {
  if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate);
}
const START = Uint32Array.from(primes.slice(0, 8), (prime) => fraction(prime, 2));
const CONSTANTS = Uint32Array.from(primes, (prime) => fraction(prime, 3));

const rotate = (word: number, bits: number) => (word >>> bits) | (word << (32 - bits));

/** The message, a 1 bit, zeros, and its length in bits, in whole blocks. */
function padded(message: Uint8Array): DataView {
  const bytes = new Uint8Array(Math.ceil((message.length + 9) / BLOCK) * BLOCK);
  bytes.set(message);
  bytes[message.length] = 0x80;
  const view = new DataView(bytes.buffer);
  view.setBigUint64(bytes.length - 8, BigInt(message.length) * 8n);
  return view;
}

function schedule(block: DataView, at: number): Uint32Array {
  const words = new Uint32Array(ROUNDS);
  const word = (index: number) => words[index] ?? 0;
  for (let index = 0; index < 16; index += 1) words[index] = block.getUint32(at + index * 4);
  for (let index = 16; index < ROUNDS; index += 1) {
    const [early, late] = [word(index - 15), word(index - 2)];
    const first = rotate(early, 7) ^ rotate(early, 18) ^ (early >>> 3);
    const second = rotate(late, 17) ^ rotate(late, 19) ^ (late >>> 10);
    words[index] = word(index - 16) + first + word(index - 7) + second;
  }
  return words;
}

function compress(state: Uint32Array, words: Uint32Array): void {
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let round = 0; round < ROUNDS; round += 1) {
    const mixE = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const choice = (e & f) ^ (~e & g);
    const first = (h + mixE + choice + (CONSTANTS[round] ?? 0) + (words[round] ?? 0)) | 0;
    const mixA = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const majority = (a & b) ^ (a & c) ^ (b & c);
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + mixA + majority) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((value, index) => {
    state[index] = (state[index] ?? 0) + value;
  });
}

/** SHA-256 without waiting. For a few short messages: WebCrypto is faster on long ones. */
export function sha256(message: Uint8Array): Uint8Array {
  const blocks = padded(message);
  const state = START.slice();
  for (let at = 0; at < blocks.byteLength; at += BLOCK) compress(state, schedule(blocks, at));
  const digest = new Uint8Array(32);
  const view = new DataView(digest.buffer);
  state.forEach((word, index) => {
    view.setUint32(index * 4, word);
  });
  return digest;
}
