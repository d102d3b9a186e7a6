import {
  type Characters,
  DIGITS,
  intersection,
  LINE_ENDS,
  oneCharacter,
  SINGLE_UNITS,
  SPACE,
  union,
  WITHOUT_SHORT_ESCAPE,
  WORD,
  without,
} from './characters.js';
import { refuse } from './refuse.js';

/** How often a part may be repeated by a number. */
const MAX_COUNT = 256;
const MAX_DEPTH = 32;
/** Characters that a class can stand for: those that mean the same with and without the flag "u", and that JSON writes briefly. */
const WRITABLE = without(SINGLE_UNITS, WITHOUT_SHORT_ESCAPE);
const SETS: Readonly<Record<string, Characters>> = {
  d: DIGITS,
  D: without(WRITABLE, DIGITS),
  w: WORD,
  W: without(WRITABLE, WORD),
  s: SPACE,
  S: without(WRITABLE, SPACE),
};
const CONTROLS: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13 };
const VALID =
  'valid are literals, ., classes, \\d \\w \\s \\D \\W \\S, groups, |, ? * + {m,n}, and ^ and $ at the ends';

/** A part of a regular expression. */
export type Part =
  | { readonly kind: 'characters'; readonly set: Characters }
  | { readonly kind: 'sequence'; readonly parts: readonly Part[] }
  | { readonly kind: 'choice'; readonly parts: readonly Part[] }
  | { readonly kind: 'repeat'; readonly part: Part; readonly least: number; readonly most: number };

const ANYTHING: Part = {
  kind: 'repeat',
  part: { kind: 'characters', set: WRITABLE },
  least: 0,
  most: Infinity,
};

/**
 * Reads the regular expressions of ECMA-262 that describe a regular language and mean the same with and without the flag "u": no
 * back references, look-around, \b, \p, flags, names, or characters beyond U+FFFF. Control characters that JSON cannot write in two
 * characters are in no class.
 * @returns what whole texts are that match somewhere
 * @throws InferenceError bad_request naming the place in the pattern
 */
export function parsePattern(pattern: string, path: string): Part {
  let at = 0;

  function fail(reason: string, place = at): never {
    refuse(path, `at character ${place}: ${reason}`);
  }

  function choice(depth: number): Part {
    if (depth > MAX_DEPTH) fail(`groups nested more than ${MAX_DEPTH} deep`);
    const parts = [sequence(depth)];
    while (pattern[at] === '|') {
      at += 1;
      parts.push(sequence(depth));
    }
    return { kind: 'choice', parts };
  }

  /** One alternative; one outside of groups may be bound to the ends of the text. */
  function sequence(depth: number): Part {
    const parts: Part[] = [];
    const isOuter = depth === 0;
    let isOpen = true;
    if (isOuter && pattern[at] === '^') at += 1;
    else if (isOuter) parts.push(ANYTHING);
    while (isOpen && at < pattern.length && pattern[at] !== '|' && pattern[at] !== ')') {
      if (isOuter && pattern[at] === '$' && [undefined, '|'].includes(pattern[at + 1])) {
        at += 1;
        isOpen = false;
      } else parts.push(quantified(atom(depth)));
    }
    if (isOuter && pattern[at] === ')') fail('no group is open');
    if (isOuter && isOpen) parts.push(ANYTHING);
    return { kind: 'sequence', parts };
  }

  function atom(depth: number): Part {
    const character = pattern[at] ?? '';
    if (character === '(') return group(depth);
    if (character === '[') return characters(characterClass());
    if (character === '\\') {
      const { set } = escaped(false);
      return characters(set);
    }
    if (character === '^' || character === '$') fail(`${character} is kept at the ends only; ${VALID}`);
    if ('*+?{'.includes(character)) fail(`nothing to repeat; ${VALID}`);
    if (']}'.includes(character)) fail(`${character} must be written as \\${character}`);
    if (character === '.') {
      at += 1;
      return characters(without(WRITABLE, LINE_ENDS));
    }
    return characters(oneCharacter(unit()));
  }

  function group(depth: number): Part {
    const start = at;
    at += 1;
    if (pattern.startsWith('?:', at)) at += 2;
    else if (pattern[at] === '?') fail(`of groups only (...) and (?:...) are kept; ${VALID}`, start);
    const inner = choice(depth + 1);
    if (pattern[at] !== ')') fail('the group is not closed', start);
    at += 1;
    return inner;
  }

  function quantified(part: Part): Part {
    const start = at;
    const [text = ''] = /^(?:[*+?]|\{\d+(?:,\d*)?\})/.exec(pattern.slice(at, at + 20)) ?? [];
    if (text === '') return part;
    at += text.length;
    // A lazy one stands for the same texts.
    if (pattern[at] === '?') at += 1;
    if (text === '*') return { kind: 'repeat', part, least: 0, most: Infinity };
    if (text === '+') return { kind: 'repeat', part, least: 1, most: Infinity };
    if (text === '?') return { kind: 'repeat', part, least: 0, most: 1 };
    const [first = '', second = first] = text.slice(1, -1).split(',');
    const [least, most] = [Number(first), second === '' ? Infinity : Number(second)];
    if (least > MAX_COUNT || (most > MAX_COUNT && most !== Infinity)) {
      fail(`repeated more than ${MAX_COUNT} times`, start);
    }
    if (least > most) fail('a number of repetitions above the next', start);
    return { kind: 'repeat', part, least, most };
  }

  function characterClass(): Characters {
    const start = at;
    at += 1;
    const isNegated = pattern[at] === '^';
    if (isNegated) at += 1;
    const sets: Characters[] = [];
    while (at < pattern.length && pattern[at] !== ']') {
      const first = member();
      if (pattern[at] !== '-' || [undefined, ']'].includes(pattern[at + 1])) {
        sets.push(first.set);
        continue;
      }
      at += 1;
      const last = member();
      if (first.code === undefined || last.code === undefined) fail('a range from or to a class', at);
      if (first.code > last.code) fail('a range that ends before it begins', at);
      sets.push([[first.code, last.code]]);
    }
    if (pattern[at] !== ']') fail('the class is not closed', start);
    if (sets.length === 0) fail('a class without characters', start);
    at += 1;
    return isNegated ? without(WRITABLE, union(sets)) : union(sets);
  }

  function member(): { set: Characters; code?: number } {
    if (pattern[at] === '\\') return escaped(true);
    const code = unit();
    return { set: oneCharacter(code), code };
  }

  /** A character that stands for itself. */
  function unit(): number {
    const code = pattern.charCodeAt(at);
    if (code >= 0xd800 && code <= 0xdfff) fail('characters beyond U+FFFF are not kept');
    at += 1;
    return code;
  }

  function escaped(inClass: boolean): { set: Characters; code?: number } {
    const start = at;
    const letter = pattern[at + 1] ?? '';
    at += 2;
    const named = SETS[letter];
    if (named !== undefined) return { set: named };
    const code = codeOf(letter, inClass);
    if (code === undefined || (code >= 0xd800 && code <= 0xdfff)) {
      fail(`\\${letter} is not kept; ${VALID}`, start);
    }
    return { set: oneCharacter(code), code };
  }

  function codeOf(letter: string, inClass: boolean): number | undefined {
    if (letter === 'b' && inClass) return 8;
    if (letter === '0' && !/\d/.test(pattern[at] ?? '')) return 0;
    if (letter === 'x' || letter === 'u') {
      const length = letter === 'x' ? 2 : 4;
      const digits = pattern.slice(at, at + length);
      if (digits.length !== length || !/^[\da-f]+$/i.test(digits)) return undefined;
      at += length;
      return Number.parseInt(digits, 16);
    }
    if (/^[!-/:-@[-^`{-~ ]$/.test(letter)) return letter.charCodeAt(0);
    return CONTROLS[letter];
  }

  return choice(0);
}

function characters(set: Characters): Part {
  return { kind: 'characters', set: intersection(set, WRITABLE) };
}
