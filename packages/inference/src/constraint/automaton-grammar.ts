import type { Automaton } from './automaton.js';
import { type Characters, intersection, oneCharacter, without } from './characters.js';
import { byteRanges } from './utf8.js';

const QUOTE = '"\\""';
/** How JSON writes characters that cannot stand for themselves, by the letter behind the backslash. */
const ESCAPES: Readonly<Record<string, number>> = { '"': 0x22, '\\': 0x5c, b: 8, t: 9, n: 10, f: 12, r: 13 };
const ESCAPED: Characters = [8, 9, 10, 12, 13, 0x22, 0x5c].flatMap(oneCharacter);
const ASCII: Characters = [[0, 0x7f]];

/**
 * The rules of the JSON strings whose values an automaton has, in XGrammar's notation. Each state is a rule that ends with the next
 * one, the last with the quote, so that a text is followed in one way only.
 * @param name of the first rule; the others' names begin with it
 */
export function stringRules(automaton: Automaton, name: string): string[] {
  const rules = stateRules(automaton, `${name}_`, QUOTE, (on) => {
    const plain = without(on, ESCAPED);
    const letters = Object.entries(ESCAPES)
      .filter(([, code]) => intersection(on, oneCharacter(code)).length > 0)
      .map(([letter]) => letter.charCodeAt(0));
    return [
      ...choicesOf(plain),
      ...(letters.length > 0 ? [`"\\\\" ${classOf(letters.flatMap(oneCharacter))}`] : []),
    ];
  });
  return [`${name} ::= ${QUOTE} ${name}_0`, ...rules];
}

/** The rules of an automaton's texts as they are. */
export function textRules(automaton: Automaton, name: string): string[] {
  return [`${name} ::= ${name}_0`, ...stateRules(automaton, `${name}_`, '""', choicesOf)];
}

function stateRules(
  { states }: Automaton,
  prefix: string,
  end: string,
  written: (on: Characters) => readonly string[],
): string[] {
  return states.map(({ edges, isEnd }, state) => {
    const choices = edges.flatMap(({ on, to }) => written(on).map((text) => `${text} ${prefix}${to}`));
    return `${prefix}${state} ::= ${[...choices, ...(isEnd ? [end] : [])].join(' | ')}`;
  });
}

/** One of some characters, as choices. */
function choicesOf(set: Characters): string[] {
  const ascii = intersection(set, ASCII);
  const others = byteRanges(without(set, ASCII)).map((bytes) =>
    bytes.map((range) => classOf([range])).join(' '),
  );
  return ascii.length > 0 ? [classOf(ascii), ...others] : others;
}

/**
 * A class in XGrammar's notation. Version 0.1.27 takes the codes of a class for bytes, so that characters beyond ASCII have to be
 * written byte by byte; but it takes a class of a single code for that character, which the code given twice does not make it.
 */
function classOf(ranges: readonly (readonly [number, number])[]): string {
  const [only, ...others] = ranges;
  const isSingle = only !== undefined && others.length === 0 && only[0] === only[1];
  return `[${(isSingle ? [only, only] : ranges).map((range) => range.map(escapeOf).join('-')).join('')}]`;
}

function escapeOf(code: number): string {
  return `\\x${code.toString(16).padStart(2, '0')}`;
}
