import type { SpanKind } from '../contract.js';

export const THINK_OPEN = '<think>';
export const THINK_CLOSE = '</think>';

/** The ids that open and close a reasoning span; absent in models without one. */
export interface ReasoningMarks {
  readonly open: number;
  readonly close: number;
}

export interface SpanTracker {
  /** Whether the next token belongs to the reasoning. */
  readonly reasoning: boolean;
  /** Takes the next token; `visible` is false for the marks themselves. */
  take(id: number): { kind: SpanKind; visible: boolean };
}

/** Follows whether generation is inside <think> … </think>; the prompt may have opened the span already. */
export function createSpanTracker(
  marks: ReasoningMarks | undefined,
  promptIds: readonly number[],
): SpanTracker {
  let inside = marks !== undefined && promptIds.lastIndexOf(marks.open) > promptIds.lastIndexOf(marks.close);
  return {
    get reasoning() {
      return inside;
    },
    take(id) {
      if (id === marks?.open) inside = true;
      const kind: SpanKind = inside ? 'reasoning' : 'answer';
      if (id === marks?.close) inside = false;
      return { kind, visible: id !== marks?.open && id !== marks?.close };
    },
  };
}
