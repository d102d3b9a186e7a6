import type { Characters } from './characters.js';

export interface Edge {
  readonly on: Characters;
  readonly to: number;
}

/** A nondeterministic automaton that is being built; it starts in state 0. */
export interface Nfa {
  readonly edges: readonly Edge[][];
  /** States that are reached without a character. */
  readonly silent: readonly number[][];
  readonly ends: ReadonlySet<number>;
  /** @returns the number of a new state */
  addState(): number;
  addEdge(from: number, on: Characters, to: number): void;
  addSilent(from: number, to: number): void;
  addEnd(state: number): void;
}

export function createNfa(): Nfa {
  const edges: Edge[][] = [[]];
  const silent: number[][] = [[]];
  const ends = new Set<number>();
  return {
    edges,
    silent,
    ends,
    addState() {
      silent.push([]);
      return edges.push([]) - 1;
    },
    addEdge: (from, on, to) => void edges[from]?.push({ on, to }),
    addSilent: (from, to) => void silent[from]?.push(to),
    addEnd: (state) => void ends.add(state),
  };
}
