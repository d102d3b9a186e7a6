import { decodeBase58, encodeBase58 } from './base58-digits.js';

/** Converts between bytes and base58 text, remembering 32-byte keys because the same ones repeat all the time. */
export interface Base58 {
  encode(bytes: Uint8Array): string;
  /** @throws Error when the text holds a character outside the base58 alphabet. */
  decode(text: string): Uint8Array;
}

/** Creates a codec whose memory of keys holds at most `maxKeys` entries. */
export function createBase58(maxKeys = 50_000): Base58 {
  const texts = new Map<string, string>();
  const keys = new Map<string, Uint8Array>();

  return {
    encode(bytes) {
      if (bytes.length !== 32) return encodeBase58(bytes);
      const index = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
      const known = texts.get(index);
      if (known !== undefined) return known;
      const text = encodeBase58(bytes);
      if (texts.size >= maxKeys) texts.clear();
      texts.set(index, text);
      return text;
    },
    decode(text) {
      const known = keys.get(text);
      if (known !== undefined) return known;
      const bytes = decodeBase58(text);
      if (bytes.length === 32) {
        if (keys.size >= maxKeys) keys.clear();
        keys.set(text, bytes);
      }
      return bytes;
    },
  };
}
