import { createNfa, type Nfa } from './nfa.js';
import type { Part } from './pattern.js';

/** @returns undefined where there would be more states than the limit */
export function patternNfa(part: Part, maxStates: number): Nfa | undefined {
  if (sizeOf(part) > maxStates) return undefined;
  const nfa = createNfa();
  nfa.addEnd(append(nfa, part, 0));
  return nfa;
}

/** States that a part takes at most; nothing is spelled out for it. */
function sizeOf(part: Part): number {
  if (part.kind === 'characters') return 1;
  if (part.kind !== 'repeat') return part.parts.reduce((sum, each) => sum + 1 + sizeOf(each), 1);
  const copies = part.most === Infinity ? part.least + 1 : part.most;
  return 2 + copies * (2 + sizeOf(part.part));
}

/** @returns the state behind the part */
function append(nfa: Nfa, part: Part, from: number): number {
  switch (part.kind) {
    case 'characters': {
      const to = nfa.addState();
      nfa.addEdge(from, part.set, to);
      return to;
    }
    case 'sequence':
      return part.parts.reduce((state, each) => append(nfa, each, state), from);
    case 'choice': {
      const to = nfa.addState();
      for (const each of part.parts) {
        // A start of its own, so that a loop at the beginning of one alternative does not lead into another.
        const start = nfa.addState();
        nfa.addSilent(from, start);
        nfa.addSilent(append(nfa, each, start), to);
      }
      return to;
    }
    case 'repeat':
      return appendRepeat(nfa, part, from);
  }
}

function appendRepeat(nfa: Nfa, { part, least, most }: Part & { kind: 'repeat' }, from: number): number {
  let state = from;
  for (let count = 0; count < least; count++) state = append(nfa, part, state);
  if (most === Infinity) {
    const loop = nfa.addState();
    nfa.addSilent(state, loop);
    nfa.addSilent(append(nfa, part, loop), loop);
    const after = nfa.addState();
    nfa.addSilent(loop, after);
    return after;
  }
  const end = nfa.addState();
  for (let count = least; count < most; count++) {
    nfa.addSilent(state, end);
    state = append(nfa, part, state);
  }
  nfa.addSilent(state, end);
  return end;
}
