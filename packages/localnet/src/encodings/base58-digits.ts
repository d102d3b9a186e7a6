const ALPHABET = Buffer.from('123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz', 'latin1');
const ZERO = ALPHABET[0] ?? 0;
const NO_DIGIT = 0xff;
const DIGITS = new Uint8Array(256).fill(NO_DIGIT);
ALPHABET.forEach((character, digit) => {
  DIGITS[character] = digit;
});

/**
 * Numbers are taken in limbs of 16 bits and text in chunks of 5 digits: limb times chunk stays below 2^53, where
 * floating-point arithmetic is exact, and each step does the work of nine that go byte by digit.
 */
const LIMB = 65_536;
const CHUNK_DIGITS = 5;
const CHUNK = 58 ** CHUNK_DIGITS;
/** More digits per byte than there can be: log 256 / log 58 is 1.3657. */
const DIGITS_PER_BYTE = 1.366;

/** Writes bytes in base58; every leading zero byte is a 1. */
export function encodeBase58(bytes: Uint8Array): string {
  const zeros = leading(bytes, 0);
  const limbs = limbsOf(bytes, zeros);
  const text = Buffer.allocUnsafe(zeros + Math.ceil((bytes.length - zeros) * DIGITS_PER_BYTE) + CHUNK_DIGITS);
  let start = text.length;
  for (let first = 0; first < limbs.length; ) {
    let rest = divide(limbs, first);
    while (first < limbs.length && limbs[first] === 0) first += 1;
    for (let digit = 0; digit < CHUNK_DIGITS; digit += 1) {
      start -= 1;
      text[start] = ALPHABET[rest % 58] ?? 0;
      rest = Math.floor(rest / 58);
    }
  }
  while (start < text.length && text[start] === ZERO) start += 1;
  return text.fill(ZERO, start - zeros, start).toString('latin1', start - zeros);
}

/**
 * Reads base58 text.
 *
 * @throws Error when it holds another character than base58's.
 */
export function decodeBase58(text: string): Uint8Array {
  const characters = Buffer.from(text, 'utf8');
  const zeros = leading(characters, ZERO);
  /** Least significant first. */
  const limbs: number[] = [];
  for (let at = zeros; at < characters.length; ) {
    // The first chunk is the short one.
    const end = at + ((characters.length - at) % CHUNK_DIGITS || CHUNK_DIGITS);
    let chunk = 0;
    for (; at < end; at += 1) {
      const digit = DIGITS[characters[at] ?? 0] ?? NO_DIGIT;
      if (digit === NO_DIGIT)
        throw new Error('the text holds a character that is not in the base58 alphabet');
      chunk = chunk * 58 + digit;
    }
    multiplyAndAdd(limbs, chunk);
  }
  const bytes = Buffer.alloc(limbs.length * 2);
  limbs.forEach((limb, index) => {
    bytes.writeUInt16BE(limb, bytes.length - 2 * (index + 1));
  });
  const number = bytes.subarray(leading(bytes, 0));
  const decoded = new Uint8Array(zeros + number.length);
  decoded.set(number, zeros);
  return decoded;
}

/** Most significant first; the first one has a single byte when the number of bytes is odd. */
function limbsOf(bytes: Uint8Array, from: number): number[] {
  const limbs: number[] = [];
  let at = from;
  if ((bytes.length - from) % 2 === 1) {
    limbs.push(bytes[at] ?? 0);
    at += 1;
  }
  for (; at < bytes.length; at += 2) limbs.push((bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0));
  return limbs;
}

/** Divides the number in place by a chunk's worth and returns what is left. */
function divide(limbs: number[], first: number): number {
  let rest = 0;
  for (let index = first; index < limbs.length; index += 1) {
    const value = rest * LIMB + (limbs[index] ?? 0);
    const quotient = Math.floor(value / CHUNK);
    limbs[index] = quotient;
    rest = value - quotient * CHUNK;
  }
  return rest;
}

function multiplyAndAdd(limbs: number[], chunk: number): void {
  let carry = chunk;
  for (let index = 0; index < limbs.length; index += 1) {
    const value = (limbs[index] ?? 0) * CHUNK + carry;
    carry = Math.floor(value / LIMB);
    limbs[index] = value - carry * LIMB;
  }
  while (carry > 0) {
    limbs.push(carry % LIMB);
    carry = Math.floor(carry / LIMB);
  }
}

function leading(bytes: Uint8Array, value: number): number {
  let count = 0;
  while (count < bytes.length && bytes[count] === value) count += 1;
  return count;
}
