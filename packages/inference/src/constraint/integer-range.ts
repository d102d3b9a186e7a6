import { type Bounds, multiplesWithin } from './bounds.js';
import { oneCharacter } from './characters.js';
import { addDigits } from './digits.js';
import { createNfa, type Nfa } from './nfa.js';

const MAX_DIGITS = 16;
const [MINUS, ZERO] = [0x2d, 0x30];

/**
 * The texts of the whole numbers within bounds, without zeros in front and without -0. Only safe integers are written, as others
 * would not be read as they are written.
 */
export function integerRange(bounds: Bounds): Nfa {
  const [first, last] = multiplesWithin(bounds, 0, BigInt(Number.MAX_SAFE_INTEGER));
  const nfa = createNfa();
  if (first <= 0n && 0n <= last) {
    const zero = nfa.addState();
    nfa.addEdge(0, oneCharacter(ZERO), zero);
    nfa.addEnd(zero);
  }
  const minus = nfa.addState();
  nfa.addEdge(0, oneCharacter(MINUS), minus);
  addMagnitudes(nfa, 0, first, last);
  addMagnitudes(nfa, minus, -last, -first);
  return nfa;
}

/** Adds the numbers from first to last that are above zero. */
function addMagnitudes(nfa: Nfa, start: number, first: bigint, last: bigint): void {
  for (let length = 1; length <= MAX_DIGITS; length++) {
    const [least, most] = [10n ** BigInt(length - 1), 10n ** BigInt(length) - 1n];
    const [low, high] = [first > least ? first : least, last < most ? last : most];
    if (low > high) continue;
    addDigits(nfa, start, String(low), String(high), (state, place) => {
      if (place === length) nfa.addEnd(state);
      return state;
    });
  }
}
