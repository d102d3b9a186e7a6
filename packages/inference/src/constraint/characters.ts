/** Sets of characters, as ranges of code points, both ends included, ascending and without overlap. */
export type Characters = readonly (readonly [first: number, last: number])[];

const LAST_CODE_POINT = 0x10ffff;

/** Every character that text can hold; halves of surrogate pairs are none. */
export const ALL_CHARACTERS: Characters = [
  [0, 0xd7ff],
  [0xe000, LAST_CODE_POINT],
];
/** Those that a regular expression takes for one with and without its flag "u". */
export const SINGLE_UNITS: Characters = [
  [0, 0xd7ff],
  [0xe000, 0xffff],
];
export const DIGITS: Characters = [[0x30, 0x39]];
/** What \w stands for. */
export const WORD: Characters = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
];
/** What \s stands for. */
export const SPACE: Characters = [
  ...([[0x09, 0x0d]] as const),
  ...([0x20, 0xa0, 0x1680] as const).map((code) => [code, code] as const),
  ...([[0x2000, 0x200a]] as const),
  ...([0x2028, 0x2029, 0x202f, 0x205f, 0x3000, 0xfeff] as const).map((code) => [code, code] as const),
];
/** What a dot does not stand for. */
export const LINE_ENDS: Characters = [0x0a, 0x0d, 0x2028, 0x2029].map((code) => [code, code]);
/** Control characters for which JSON has no escape of one letter. */
export const WITHOUT_SHORT_ESCAPE: Characters = [
  [0x00, 0x07],
  [0x0b, 0x0b],
  [0x0e, 0x1f],
];

export function oneCharacter(code: number): Characters {
  return [[code, code]];
}

export function union(sets: readonly Characters[]): Characters {
  const merged: [number, number][] = [];
  for (const [first, last] of sets.flat().sort(([a], [b]) => a - b)) {
    const previous = merged.at(-1);
    if (previous !== undefined && first <= previous[1] + 1) previous[1] = Math.max(previous[1], last);
    else merged.push([first, last]);
  }
  return merged;
}

export function without(set: Characters, removed: Characters): Characters {
  return intersection(set, complement(removed));
}

export function intersection(one: Characters, other: Characters): Characters {
  return union([
    one.flatMap(([first, last]) =>
      other
        .map(([from, to]) => [Math.max(first, from), Math.min(last, to)] as const)
        .filter(([from, to]) => from <= to),
    ),
  ]);
}

function complement(set: Characters): Characters {
  const starts = [0, ...set.map(([, last]) => last + 1)];
  const ends = [...set.map(([first]) => first - 1), LAST_CODE_POINT];
  return starts
    .map((start, at) => [start, ends[at] ?? LAST_CODE_POINT] as const)
    .filter(([first, last]) => first <= last);
}
