import type { Nfa } from './nfa.js';

const ZERO = 0x30;

/**
 * Adds the texts of digits from one to another of the same length.
 * @param low the first text
 * @param high the last text, not before the first
 * @param after called with each state, the digits written there, and whether they are those that low begins with; it gives
 * the state to go on from
 */
export function addDigits(
  nfa: Nfa,
  start: number,
  low: string,
  high: string,
  after: (state: number, place: number, isLow: boolean) => number,
): void {
  let reached = [{ state: after(start, 0, true), isLow: true, isHigh: true }];
  for (let place = 0; place < low.length; place++) {
    const [least, most] = [Number(low[place]), Number(high[place])];
    const next = new Map<string, { state: number; isLow: boolean; isHigh: boolean }>();
    for (const { state, isLow, isHigh } of reached) {
      for (const [first, last] of partsOf(isLow ? least : 0, isHigh ? most : 9, isLow, isHigh)) {
        const bounds = { isLow: isLow && first === least, isHigh: isHigh && last === most };
        const key = `${bounds.isLow} ${bounds.isHigh}`;
        const target = next.get(key) ?? { state: nfa.addState(), ...bounds };
        next.set(key, target);
        nfa.addEdge(state, [[ZERO + first, ZERO + last]], target.state);
      }
    }
    reached = [...next.values()].map(({ state, ...bounds }) => ({
      state: after(state, place + 1, bounds.isLow),
      ...bounds,
    }));
  }
}

/** Digits from first to last, with those apart that are bounds. */
function partsOf(first: number, last: number, isLow: boolean, isHigh: boolean): [number, number][] {
  if (first === last) return [[first, last]];
  const [from, to] = [isLow ? first + 1 : first, isHigh ? last - 1 : last];
  const inner: [number, number][] = from <= to ? [[from, to]] : [];
  return [
    ...(isLow ? [[first, first] as [number, number]] : []),
    ...inner,
    ...(isHigh ? [[last, last] as [number, number]] : []),
  ];
}
