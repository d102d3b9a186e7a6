import type { SpanKind } from '../contract.js';
import { createSpanTracker } from '../tokens/reasoning.js';
import { createStopFilter, type StopFilter } from '../tokens/stop-strings.js';
import { createTextStream, type TextStream } from '../tokens/text-stream.js';
import type { TextTokenizer } from '../tokens/tokenizer.js';

/** What the tokens of one sequence come to. */
export interface Output {
  readonly tokenIds: readonly number[];
  /** Whether the next token belongs to the reasoning. */
  readonly reasoning: boolean;
  /**
   * Takes the next token; whether it completes a stop string.
   * @param last it is a stop token, whose text is not part of the output
   */
  take(id: number, last: boolean): boolean;
  /** Gives what was held back, and the whole. */
  finish(): { text: string; reasoningText: string; tokenIds: readonly number[]; reasoningTokens: number };
}

interface Span {
  readonly stream: TextStream;
  readonly filter: StopFilter;
  text: string;
}

/**
 * Collects tokens into the two texts and gives their pieces in the order of generation.
 * @param stops end either text
 */
export function createOutput(
  tokenizer: Pick<TextTokenizer, 'decode' | 'marks'>,
  promptIds: readonly number[],
  stops: readonly string[],
  emit: (piece: { text: string; kind: SpanKind; index: number }) => void,
): Output {
  const { decode, marks } = tokenizer;
  const tracker = createSpanTracker(marks, promptIds);
  const span = (): Span => ({ stream: createTextStream(decode), filter: createStopFilter(stops), text: '' });
  const spans: Record<SpanKind, Span> = { reasoning: span(), answer: span() };
  const tokenIds: number[] = [];
  let reasoningTokens = 0;
  let stopped = false;

  /** Adds text to a span; at its end nothing is held back. */
  function add(kind: SpanKind, text: string, end: boolean): void {
    const { filter } = spans[kind];
    const passed = filter.push(text);
    stopped ||= passed.stopped;
    const piece = passed.text + (end ? filter.flush() : '');
    if (piece === '') return;
    spans[kind].text += piece;
    emit({ text: piece, kind, index: tokenIds.length - 1 });
  }

  return {
    tokenIds,
    get reasoning() {
      return tracker.reasoning;
    },
    take(id, last) {
      const { kind, visible } = tracker.take(id);
      if (kind === 'reasoning') reasoningTokens++;
      tokenIds.push(id);
      const { stream } = spans[kind];
      if (!visible || last) add(kind, stream.flush(), true);
      else add(kind, stream.push(id), false);
      return stopped;
    },
    finish() {
      if (!stopped) {
        for (const kind of ['reasoning', 'answer'] as const) add(kind, spans[kind].stream.flush(), true);
      }
      return { text: spans.answer.text, reasoningText: spans.reasoning.text, tokenIds, reasoningTokens };
    },
  };
}
