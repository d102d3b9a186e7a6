/** Prompt tokens per step. Other sizes change the last bits of the logits, so a receipt names it. */
export const PREFILL_CHUNK = 64;

const SMALLEST_WIDTH = 8;

export interface Chunk {
  /** Tokens of the prompt. */
  readonly tokens: number;
  /** What they are filled up to: few widths, so that rows with prompts of other lengths can share the step. */
  readonly width: number;
}

/** The next step of a prompt: a function of what is left of it alone, never of who shares the step. */
export function nextChunk(remaining: number): Chunk {
  const tokens = Math.min(remaining, PREFILL_CHUNK);
  let width = SMALLEST_WIDTH;
  while (width < tokens) width *= 2;
  return { tokens, width };
}
