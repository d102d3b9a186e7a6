import bs58 from 'bs58';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBase58 } from '../src/encodings/base58.js';
import { decodeBase58, encodeBase58 } from '../src/encodings/base58-digits.js';

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  // Leading zeros, and numbers at the edges of limbs and chunks.
  fc.tuple(fc.nat({ max: 40 }), fc.uint8Array({ maxLength: 70 })).map(([zeros, rest]) => {
    const padded = new Uint8Array(zeros + rest.length);
    padded.set(rest, zeros);
    return padded;
  }),
  fc.tuple(fc.nat({ max: 80 }), fc.constantFrom(0, 1, 127, 128, 255)).map(([length, byte]) => {
    return new Uint8Array(length).fill(byte);
  }),
);
const outcome = (decode: (text: string) => Uint8Array, text: string): Uint8Array | null => {
  try {
    return new Uint8Array(decode(text));
  } catch {
    return null;
  }
};

describe('base58', () => {
  it('is written as by bs58, and read back', () => {
    fc.assert(
      fc.property(bytes, (given) => {
        const text = encodeBase58(given);
        expect(text).toBe(bs58.encode(given));
        expect(decodeBase58(text)).toEqual(given);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is read and refused as by bs58', () => {
    const digits = fc.string({
      unit: fc.constantFrom(...'123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'),
      maxLength: 100,
    });
    const texts = fc.oneof(digits, fc.string(), fc.string({ unit: 'grapheme' }), fc.constant('1111'));
    fc.assert(
      fc.property(texts, (text) => {
        expect(outcome(decodeBase58, text)).toEqual(outcome(bs58.decode, text));
      }),
      { numRuns: 2_000 },
    );
  });

  it('remembers keys without mixing them up', () => {
    const few = createBase58(3);
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 32, maxLength: 32 }), { maxLength: 8 }), (keys) => {
        for (const key of [...keys, ...keys]) {
          const text = few.encode(key);
          expect(text).toBe(bs58.encode(key));
          expect(few.decode(text)).toEqual(key);
        }
      }),
    );
  });
});
