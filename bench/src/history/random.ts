import type { Address } from '@solana/kit';

const DIGITS = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const PAIRS = Array.from(DIGITS, (first) => Array.from(DIGITS, (second) => first + second)).flat();
const SQUARED = PAIRS.length;

/** Numbers and keys that follow from a seed: the same seed gives the same history. */
export interface Random {
  /** 0 to 2^32 - 1. */
  u32(): number;
  /** 0 to `below` - 1. */
  int(below: number): number;
  /** From `from` up to and with `to`. */
  between(from: number, to: number): number;
  chance(probability: number): boolean;
  pick<Item>(items: readonly Item[]): Item;
  /** With this mean; never negative. */
  exponential(mean: number): number;
  bytes(length: number): Uint8Array;
  /** 32 bytes in base58. */
  address(): Address;
  /** 64 bytes in base58. */
  signature(): string;
}

/** The generator "sfc32" by Chris Doty-Humphrey, which is in the public domain. */
export function createRandom(seed: number): Random {
  let [a, b, c, counter] = [0x9e3779b9 ^ seed, 0x243f6a88 ^ Math.imul(seed, 0x85ebca6b), 0xb7e15162, 1];
  const u32 = (): number => {
    const next = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + next) | 0;
    return next >>> 0;
  };
  for (let warm = 0; warm < 16; warm++) u32();

  const int = (below: number): number => Math.floor((u32() / 2 ** 32) * below);
  /** An odd number of base58 digits whose first is at least `least`: then it has all the bytes that it should. */
  const digits = (count: number, least: number): string => {
    let text = DIGITS[least + int(DIGITS.length - least)] ?? '';
    for (let left = count - 1; left > 0; left -= 4) {
      const word = u32();
      text += PAIRS[word % SQUARED];
      if (left > 2) text += PAIRS[Math.floor(word / SQUARED) % SQUARED];
    }
    return text;
  };

  return {
    u32,
    int,
    between: (from, to) => from + int(to - from + 1),
    chance: (probability) => u32() < probability * 2 ** 32,
    pick(items) {
      const item = items[int(items.length)];
      if (item === undefined) throw new RangeError('nothing to pick from');
      return item;
    },
    exponential: (mean) => -mean * Math.log(1 - u32() / 2 ** 32),
    bytes(length) {
      const bytes = new Uint8Array(length);
      for (let at = 0; at < length; at += 4) {
        const word = u32();
        bytes[at] = word;
        bytes[at + 1] = word >>> 8;
        bytes[at + 2] = word >>> 16;
        bytes[at + 3] = word >>> 24;
      }
      return bytes;
    },
    // 43 digits from 5 * 58^42 up are at least 2^248 and below 2^256; 87 from 2 * 58^86 up at least 2^504 and below 2^512.
    address: () => digits(43, 5) as Address,
    signature: () => digits(87, 2),
  };
}
