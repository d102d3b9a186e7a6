import { type Bounds, multiplesWithin } from './bounds.js';
import { oneCharacter } from './characters.js';
import { addDigits } from './digits.js';
import { createNfa, type Nfa } from './nfa.js';

/**
 * Digits before and behind the point together. Two different decimals of up to so many are never read as the same double, so
 * that what lies within bounds as a decimal does so as a double too.
 */
export const MAX_DIGITS = 15;
const [MINUS, POINT, ZERO] = [0x2d, 0x2e, 0x30];

/**
 * The texts of the decimals within bounds of up to 15 digits, not counting a zero before the point: a whole part, and perhaps a
 * fraction, without an exponent, zeros in front or a minus before zero.
 */
export function decimalRange(bounds: Bounds): Nfa {
  const nfa = createNfa();
  const minus = nfa.addState();
  nfa.addEdge(0, oneCharacter(MINUS), minus);
  for (let whole = 0; whole <= MAX_DIGITS; whole++) {
    const places = MAX_DIGITS - whole;
    const [first, last] = multiplesWithin(bounds, places, 10n ** BigInt(MAX_DIGITS));
    addMagnitudes(nfa, 0, whole, first, last, 0n);
    addMagnitudes(nfa, minus, whole, -last, -first, 1n);
  }
  return nfa;
}

/**
 * Adds numbers with so many digits before the point; none for a zero.
 * @param first the first one, counted in the last of 15 digits, as are last and smallest
 * @param smallest what a number of this sign has at least
 */
function addMagnitudes(
  nfa: Nfa,
  start: number,
  whole: number,
  first: bigint,
  last: bigint,
  smallest: bigint,
): void {
  const from = whole === 0 ? smallest : 10n ** BigInt(MAX_DIGITS - 1);
  const most = 10n ** BigInt(MAX_DIGITS) - 1n;
  const [least, greatest] = [first > from ? first : from, last < most ? last : most];
  if (least > greatest) return;
  let before = start;
  if (whole === 0) {
    before = nfa.addState();
    nfa.addEdge(start, oneCharacter(ZERO), before);
  }
  const [low, high] = [inDigits(least), inDigits(greatest)];
  addDigits(nfa, before, low, high, (state, place, isLow) => {
    // What is left out counts as zeros, which may be too few only where the lower end goes on.
    if (place >= whole && (!isLow || /^0*$/.test(low.slice(place)))) nfa.addEnd(state);
    if (place !== whole || place === MAX_DIGITS) return state;
    const point = nfa.addState();
    nfa.addEdge(state, oneCharacter(POINT), point);
    return point;
  });
}

function inDigits(number: bigint): string {
  return String(number).padStart(MAX_DIGITS, '0');
}
