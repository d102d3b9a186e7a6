import { type Characters, union } from './characters.js';
import type { Edge, Nfa } from './nfa.js';

/** A deterministic automaton: it starts in state 0, the edges of a state share no characters, and an end can be reached from each. */
export interface Automaton {
  readonly states: readonly State[];
}

export interface State {
  readonly edges: readonly Edge[];
  readonly isEnd: boolean;
}

/** What building automata may still cost, all of one schema together; it is used up. */
export interface Budget {
  /** States, counted before equal ones are joined. */
  states: number;
  /** Comparisons, roughly. */
  work: number;
}

/** Ranges of characters in the states of a set, and where they lead. */
type Step = readonly [first: number, last: number, to: number];

/**
 * The smallest automaton of the same texts; without any states where there are no texts.
 * @returns undefined when the budget does not suffice
 */
export function determinize(nfa: Nfa, budget: Budget): Automaton | undefined {
  const sets: (readonly number[])[] = [];
  const numbers = new Map<string, number>();
  const states: State[] = [];
  function numberOf(reached: Iterable<number>): number {
    const set = closureOf(nfa, reached, budget);
    const key = set.join(' ');
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, sets.length);
    budget.states -= 1;
    return sets.push(set) - 1;
  }
  numberOf([0]);
  for (let at = 0; at < sets.length; at++) {
    const set = sets[at] ?? [];
    const steps = set.flatMap((state) =>
      (nfa.edges[state] ?? []).flatMap(({ on, to }) => on.map(([first, last]): Step => [first, last, to])),
    );
    const byTargets = new Map<string, { ranges: (readonly [number, number])[]; targets: Iterable<number> }>();
    for (const { range, targets } of partsOf(steps)) {
      const key = [...targets].join(' ');
      const same = byTargets.get(key) ?? { ranges: [], targets };
      same.ranges.push(range);
      byTargets.set(key, same);
      budget.work -= targets.size;
    }
    const edges: Edge[] = [];
    for (const { ranges, targets } of byTargets.values()) {
      const to = numberOf(targets);
      if (budget.states < 0 || budget.work < 0) return undefined;
      edges.push({ on: union([ranges]), to });
    }
    states.push({ edges, isEnd: set.some((state) => nfa.ends.has(state)) });
  }
  return budget.states < 0 || budget.work < 0 ? undefined : joined(trimmed(states));
}

function closureOf(nfa: Nfa, from: Iterable<number>, budget: Budget): readonly number[] {
  const reached = new Set(from);
  // A set is gone through in the order in which it grows.
  for (const state of reached) for (const next of nfa.silent[state] ?? []) reached.add(next);
  budget.work -= reached.size;
  return [...reached].sort((a, b) => a - b);
}

/** Cuts ranges where another begins or ends, so that each part leads to the same states. */
function partsOf(steps: readonly Step[]) {
  const cuts = [...new Set(steps.flatMap(([first, last]) => [first, last + 1]))].sort((a, b) => a - b);
  const places = new Map(cuts.map((cut, place) => [cut, place]));
  const parts = cuts.map((cut, place) => ({
    range: [cut, (cuts[place + 1] ?? cut) - 1] as const,
    targets: new Set<number>(),
  }));
  for (const [first, last, to] of steps) {
    for (const { targets } of parts.slice(places.get(first), places.get(last + 1))) targets.add(to);
  }
  return parts.filter(({ targets }) => targets.size > 0);
}

/** Leaves out states from which no end is reached. */
function trimmed(states: readonly State[]): readonly State[] {
  const sources: number[][] = states.map(() => []);
  for (const [from, { edges }] of states.entries()) for (const { to } of edges) sources[to]?.push(from);
  const alive = new Set([...states.keys()].filter((state) => states[state]?.isEnd));
  for (const state of alive) for (const source of sources[state] ?? []) alive.add(source);
  if (!alive.has(0)) return [];
  const numbers = new Map([...alive].sort((a, b) => a - b).map((state, number) => [state, number]));
  return renumbered(
    states.filter((_, state) => alive.has(state)),
    numbers,
  );
}

/** Joins states that lead to the same texts, by Moore's refinement. */
function joined(states: readonly State[]): Automaton {
  const table = tableOf(states);
  let blocks = states.map(({ isEnd }) => Number(isEnd));
  let count = new Set(blocks).size;
  for (;;) {
    const numbers = new Map<string, number>();
    // State 0 is the first one seen, so that its block is block 0.
    const refined = table.map((row, state) => {
      const key = `${blocks[state]}/${row.map((to) => blocks[to])}`;
      const number = numbers.get(key) ?? numbers.size;
      numbers.set(key, number);
      return number;
    });
    blocks = refined;
    if (numbers.size === count) break;
    count = numbers.size;
  }
  const firsts = states.filter((_, state) => blocks.indexOf(blocks[state] ?? 0) === state);
  return { states: renumbered(firsts, new Map(blocks.entries())) };
}

/** Where each state leads with each of the ranges of characters that no edge tells apart; -1 where it does not. */
function tableOf(states: readonly State[]): readonly (readonly number[])[] {
  const ranges = states.flatMap(({ edges }) => edges.flatMap(({ on }) => on));
  const cuts = [...new Set(ranges.flatMap(([first, last]) => [first, last + 1]))].sort((a, b) => a - b);
  const places = new Map(cuts.map((cut, place) => [cut, place]));
  return states.map(({ edges }) => {
    const row = new Array<number>(cuts.length).fill(-1);
    for (const { on, to } of edges) {
      for (const [first, last] of on) row.fill(to, places.get(first), places.get(last + 1));
    }
    return row;
  });
}

/** One edge to each state, in the order of the states. */
function mergedByTarget(edges: readonly Edge[]): Edge[] {
  const byTarget = new Map<number, Characters[]>();
  for (const { on, to } of edges) byTarget.set(to, [...(byTarget.get(to) ?? []), on]);
  return [...byTarget]
    .map(([to, sets]) => {
      const [only, ...others] = sets;
      return { on: only !== undefined && others.length === 0 ? only : union(sets), to };
    })
    .sort((a, b) => a.to - b.to);
}

/** Edges to states without a number are left out. */
function renumbered(states: readonly State[], numbers: ReadonlyMap<number, number>): State[] {
  return states.map(({ edges, isEnd }) => ({
    isEnd,
    edges: mergedByTarget(
      edges.flatMap(({ on, to }) => {
        const number = numbers.get(to);
        return number === undefined ? [] : [{ on, to: number }];
      }),
    ),
  }));
}
