const CODES: readonly number[] = Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));

/** Most of what becomes hex. */
const DIGEST_BYTES = 32;
const digestCodes: number[] = new Array<number>(DIGEST_BYTES * 2).fill(0);

/** Lowercase hex of bytes. Made at once: text that is put together bit by bit has to be joined when it is compared. */
export function toHex(bytes: Uint8Array): string {
  const codes = bytes.length === DIGEST_BYTES ? digestCodes : new Array<number>(bytes.length * 2);
  let at = 0;
  for (const byte of bytes) {
    codes[at++] = CODES[byte >> 4] ?? 0;
    codes[at++] = CODES[byte & 15] ?? 0;
  }
  return codes.length > MOST_ARGUMENTS ? inPieces(codes) : String.fromCharCode(...codes);
}

/** More arguments than this may not fit the stack. */
const MOST_ARGUMENTS = 8_192;

function inPieces(codes: readonly number[]): string {
  let text = '';
  for (let at = 0; at < codes.length; at += MOST_ARGUMENTS) {
    text += String.fromCharCode(...codes.slice(at, at + MOST_ARGUMENTS));
  }
  return text;
}
