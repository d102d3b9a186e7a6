import type { Automaton } from './automaton.js';
import { ALL_CHARACTERS, type Characters, without } from './characters.js';
import { createNfa, type Nfa } from './nfa.js';

/** Characters that stand for themselves within the quotes of JSON. */
const PLAIN: Characters = without(ALL_CHARACTERS, [
  [0x00, 0x1f],
  [0x22, 0x22],
  [0x5c, 0x5c],
]);

/** Texts of so many characters, by code points, that need no escape. */
export function plainTexts(least: number, most: number, maxStates: number): Nfa | undefined {
  return ofLength({ states: [{ edges: [{ on: PLAIN, to: 0 }], isEnd: true }] }, least, most, maxStates);
}

/**
 * The texts of an automaton that have so many characters, by code points.
 * @param most may be infinite
 * @returns undefined where there would be more states than the limit
 */
export function ofLength(
  { states }: Automaton,
  least: number,
  most: number,
  maxStates: number,
): Nfa | undefined {
  const nfa = createNfa();
  // From the length on from which all is the same, no more is counted.
  const counted = most === Infinity ? least : most;
  const numbers = new Map<string, number>([['0 0', 0]]);
  for (const [key, from] of numbers) {
    if (numbers.size > maxStates) return undefined;
    const [state = 0, length = 0] = key.split(' ').map(Number);
    if (states[state]?.isEnd && length >= least) nfa.addEnd(from);
    if (length === most) continue;
    const next = Math.min(length + 1, counted);
    for (const { on, to } of states[state]?.edges ?? []) {
      const target = `${to} ${next}`;
      const number = numbers.get(target) ?? nfa.addState();
      numbers.set(target, number);
      nfa.addEdge(from, on, number);
    }
  }
  return nfa;
}
