const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const CANDIDATE = /^[1-9A-HJ-NP-Za-km-z]{32,44}$/;
const KEY_BYTES = 32;

function base58OfNumber(value: bigint): string {
  let text = '';
  for (let rest = value; rest > 0n; rest /= 58n) text = ALPHABET.charAt(Number(rest % 58n)) + text;
  return text;
}

/** SMALLEST[n]: base58 of the smallest number that needs n + 1 bytes. */
const SMALLEST: readonly string[] = Array.from({ length: KEY_BYTES + 1 }, (_, bytes) =>
  base58OfNumber(256n ** BigInt(bytes)),
);

// The alphabet is in ASCII order, so numbers of equal length compare like their text.
const lessThan = (left: string, right: string) =>
  left.length === right.length ? left < right : left.length < right.length;

/**
 * Whether a text is the base58 of exactly 32 bytes. Decides by comparing text with the powers of 256
 * instead of decoding: addresses are checked tens of times a transaction.
 */
export function isAddressText(text: string): boolean {
  if (!CANDIDATE.test(text)) return false;
  let zeros = 0;
  while (zeros < text.length && text.charCodeAt(zeros) === 49) zeros += 1;
  const bytes = KEY_BYTES - zeros;
  if (zeros === text.length) return bytes === 0;
  const lowest = SMALLEST[bytes - 1];
  const tooHigh = SMALLEST[bytes];
  if (lowest === undefined || tooHigh === undefined) return false;
  const digits = text.slice(zeros);
  return !lessThan(digits, lowest) && lessThan(digits, tooHigh);
}
