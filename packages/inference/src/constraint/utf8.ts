import type { Characters } from './characters.js';

/** Bytes from one to another, both included. */
type ByteRange = readonly [first: number, last: number];

/** The last characters that UTF-8 writes in one, two and three bytes. */
const LAST_BY_LENGTH = [0x7f, 0x7ff, 0xffff] as const;

/**
 * The characters beyond ASCII of a set as UTF-8: each range of them is any byte of the first range of bytes, then any of the next
 * and so on. No halves of surrogate pairs may be in it.
 */
export function byteRanges(set: Characters): readonly (readonly ByteRange[])[] {
  return set
    .flatMap(([first, last]) => split(first, last))
    .map(([first, last]) => {
      const [low, high] = [utf8(first), utf8(last)];
      return low.map((byte, at): ByteRange => [byte, high[at] ?? byte]);
    });
}

/** Cuts a range such that each part's bytes differ at the end only, where they have every value. */
function split(first: number, last: number): [number, number][] {
  for (const end of LAST_BY_LENGTH) {
    if (first <= end && last > end) return [...split(first, end), ...split(end + 1, last)];
  }
  const behind = LAST_BY_LENGTH.filter((end) => first > end).length;
  for (let bytes = 1; bytes <= behind; bytes++) {
    const mask = 2 ** (6 * bytes) - 1;
    // All but the last such bytes are the same.
    if ((first & ~mask) === (last & ~mask)) continue;
    if ((first & mask) !== 0) return [...split(first, first | mask), ...split((first | mask) + 1, last)];
    if ((last & mask) !== mask) return [...split(first, (last & ~mask) - 1), ...split(last & ~mask, last)];
  }
  return [[first, last]];
}

function utf8(code: number): number[] {
  return [...new TextEncoder().encode(String.fromCodePoint(code))];
}
