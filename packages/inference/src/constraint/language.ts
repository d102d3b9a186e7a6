import { type Automaton, type Budget, determinize } from './automaton.js';
import { BOUNDS, boundsOf } from './bounds.js';
import { decimalRange, MAX_DIGITS } from './decimal-range.js';
import { integerRange } from './integer-range.js';
import type { Nfa } from './nfa.js';
import { parsePattern } from './pattern.js';
import { patternNfa } from './pattern-nfa.js';
import { refuse } from './refuse.js';
import { ofLength, plainTexts } from './text-length.js';

/** States of one pattern before it is deterministic. */
const MAX_PATTERN_STATES = 4000;
/**
 * A grammar takes a tenth of a second and more to compile for each that lets any letter through, where a model has 150,000 tokens; nothing
 * else is done meanwhile.
 */
const MAX_STATES = 500;
const MAX_RANGE_STATES = 10_000;
/** A few seconds on a slow machine. */
const MAX_WORK = 5_000_000;

/** What a schema says of the text of a string or a number. */
const LIMITS = ['pattern', 'minLength', 'maxLength', ...BOUNDS];

type Json = Readonly<Record<string, unknown>>;

/** Builds the automata of one schema, which together may cost so much only; the same schema gives the same ones. */
export interface Languages {
  /**
   * @returns the values of a string, without quotes and not escaped, or the texts of a number; undefined where the type is all
   * that the schema says of them
   * @throws InferenceError bad_request naming the place in the schema
   */
  of(schema: Json, path: string): Automaton | undefined;
}

export function createLanguages(): Languages {
  const texts: Budget = { states: MAX_STATES, work: MAX_WORK };
  const ranges: Budget = { states: MAX_RANGE_STATES, work: MAX_WORK };
  const known = new Map<string, Automaton>();

  function build(schema: Json, path: string): Automaton {
    if (schema.type === 'string') return ofString(schema, path, texts);
    const bounds = boundsOf(schema, path);
    const nfa = schema.type === 'integer' ? integerRange(bounds) : decimalRange(bounds);
    const range = determinize(nfa, ranges);
    if (range === undefined)
      refuse(path, `ranges take more than ${MAX_RANGE_STATES} states together, or too long to work out`);
    if (range.states.length === 0) refuse(`${path}.${Object.keys(bounds)[0]}`, nothingWithin(schema));
    return range;
  }

  return {
    of(schema, path) {
      if (!LIMITS.some((keyword) => Object.hasOwn(schema, keyword))) return undefined;
      const key = JSON.stringify(schema);
      const language = known.get(key) ?? build(schema, path);
      known.set(key, language);
      return language;
    },
  };
}

function nothingWithin({ type }: Json): string {
  return type === 'integer'
    ? 'no whole number within the range is safe'
    : `no decimal of up to ${MAX_DIGITS} digits is within the range`;
}

function ofString(schema: Json, path: string, budget: Budget): Automaton {
  const { pattern, minLength, maxLength } = schema;
  const [least, most] = [Number(minLength ?? 0), Number(maxLength ?? Infinity)];
  const complete = (nfa: Nfa | undefined): Automaton => {
    const automaton = nfa && determinize(nfa, budget);
    if (automaton !== undefined) return automaton;
    return refuse(
      path,
      `patterns and lengths take more than ${MAX_STATES} states together, or too long to work out`,
    );
  };
  if (pattern === undefined) return complete(plainTexts(least, most, MAX_STATES));
  const place = `${path}.pattern`;
  if (typeof pattern !== 'string') refuse(place, 'expected a text');
  const matching = complete(patternNfa(parsePattern(pattern, place), MAX_PATTERN_STATES));
  const within =
    least > 0 || most < Infinity ? complete(ofLength(matching, least, most, MAX_STATES)) : matching;
  if (within.states.length === 0) refuse(place, 'no text that can be written matches');
  return within;
}
