import type { Dice } from './dice.js';

/** JSON text in place of a value: numbers that JavaScript cannot hold, and nesting that need not be built. */
class RawJson {
  constructor(readonly text: string) {}
}

const NUMBERS = [
  0,
  -1,
  1,
  0.5,
  255,
  256,
  65_536,
  2 ** 31,
  2 ** 32,
  2 ** 53 - 1,
  2 ** 53,
  -(2 ** 53),
  1e21,
  1e308,
  new RawJson('18446744073709551615'),
  new RawJson('18446744073709551616'),
  new RawJson('1e999'),
  new RawJson('-1e999'),
  new RawJson('-0'),
  new RawJson(`1${'0'.repeat(400)}`),
] as const;
const STRINGS = [
  '',
  ' ',
  '0',
  'null',
  '__proto__',
  'constructor',
  'toString',
  'processed',
  'base64',
  'base58',
  'jsonParsed',
  '\u0000',
  '\ud800',
  '😀'.repeat(20),
  '%s%s%n',
  '1'.repeat(32),
  '1'.repeat(44),
  '1'.repeat(64),
  '1'.repeat(88),
  '1'.repeat(130),
  '0OIl',
  'A'.repeat(1_644),
  'A'.repeat(1_645),
  '=',
  '====',
] as const;

/** A value that no parameter expects; rarely a huge one. */
function hostileValue(dice: Dice): unknown {
  switch (dice.int(9)) {
    case 0:
      return dice.pick([null, true, false, [], {}, [[]], [null], { '': null }]);
    case 1:
    case 2:
    case 3:
      return dice.pick(NUMBERS);
    case 4:
    case 5:
    case 6:
      return dice.pick(STRINGS);
    case 7:
      return Array.from({ length: dice.pick([1, 5, 130, 300]) }, () => dice.pick(NUMBERS));
    default: {
      if (dice.oneIn(20)) return 'x'.repeat(dice.pick([10_000, 200_000]));
      return nested(dice, dice.pick([5, 50, 110]));
    }
  }
}

/** Lists or objects inside of each other. */
export function nested(dice: Dice, depth: number): unknown {
  const [open, close] = dice.pick([['[', ']'] as const, ['{"a":', '}'] as const]);
  return new RawJson(`${open.repeat(depth)}0${close.repeat(depth)}`);
}

/** Writes JSON in which raw parts stand as they are. */
export function toJson(value: unknown): string {
  if (value instanceof RawJson) return value.text;
  if (Array.isArray(value)) return `[${value.map(toJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([key, item]) => `${JSON.stringify(key)}:${toJson(item)}`)
      .join(',')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}

/** Replaces, removes, doubles or adds something somewhere in a JSON value. */
export function mutate(dice: Dice, value: unknown): unknown {
  if (dice.oneIn(6) || value instanceof RawJson) return hostileValue(dice);
  if (Array.isArray(value) && value.length > 0) return mutateList(dice, value);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const entries = Object.entries(value);
    if (entries.length > 0) return Object.fromEntries(mutateEntries(dice, entries));
  }
  return hostileValue(dice);
}

function mutateList(dice: Dice, value: readonly unknown[]): unknown[] {
  const items = [...value];
  const at = dice.int(items.length);
  const kind = dice.int(6);
  if (kind === 0) items.splice(at, 1);
  else if (kind === 1) items.splice(at, 0, dice.oneIn(2) ? items[at] : hostileValue(dice));
  else items[at] = mutate(dice, items[at]);
  return items;
}

function mutateEntries(dice: Dice, value: readonly [string, unknown][]): [string, unknown][] {
  const entries = [...value];
  const at = dice.int(entries.length);
  const [key, item] = entries[at] ?? ['', null];
  const kind = dice.int(6);
  if (kind === 0) entries.splice(at, 1);
  else if (kind === 1) entries.push([dice.pick(STRINGS), hostileValue(dice)]);
  else entries[at] = [key, mutate(dice, item)];
  return entries;
}

/** Breaks the text of a JSON document. */
export function breakText(dice: Dice, text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  switch (dice.int(6)) {
    case 0:
      return bytes.subarray(0, dice.int(bytes.length));
    case 1:
      return Buffer.concat([bytes, Buffer.from(dice.pick([',', ']', '}', '{"', '\u0000', 'x']))]);
    case 2: {
      const at = dice.int(bytes.length);
      return Buffer.concat([bytes.subarray(0, at), dice.bytes(1 + dice.int(4)), bytes.subarray(at)]);
    }
    case 3:
      return dice.bytes(dice.int(200));
    case 4:
      return Buffer.from(
        dice.pick(['', ' ', '[', '{', '"', '[[[[', 'nul', 'NaN', "{'a':1}", '\ufeff{}', '{"id":1,}', '01']),
      );
    default:
      return Buffer.from('['.repeat(dice.pick([10, 10_000, 100_000])));
  }
}
