import type { CommittedTo } from './text-generation.js';

/** Who answered the first inputs of an op, one after another; all others are this one's. */
export interface Answerers extends CommittedTo {
  segments: readonly { inputs: number; node: string; run: string | null }[];
}

/** What the commitment of an input was made for: who answered it, which may have been another node before. */
export function committedTo({ node, run, op, segments }: Answerers, input: number): CommittedTo {
  let end = 0;
  for (const segment of segments) {
    end += segment.inputs;
    if (input < end) return { node: segment.node, run: segment.run, op };
  }
  return { node, run, op };
}
