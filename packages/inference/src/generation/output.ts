import type { StreamedToken } from '../contract.js';
import { createSpanTracker } from '../tokens/reasoning.js';
import { createTextStream, type TextStream } from '../tokens/text-stream.js';
import type { TextTokenizer } from '../tokens/tokenizer.js';

/** What the tokens of one sequence come to. */
export interface Output {
  readonly tokenIds: readonly number[];
  /** Takes the next token; `last`: it is a stop token, whose text is not part of the output. */
  take(id: number, last: boolean): void;
  /** Gives what was held back, and the whole. */
  finish(): { text: string; reasoningText: string; tokenIds: readonly number[]; reasoningTokens: number };
}

/** Collects tokens into the two texts and streams them in the order of generation. */
export function createOutput(
  tokenizer: Pick<TextTokenizer, 'decode' | 'marks'>,
  promptIds: readonly number[],
  onToken: ((token: StreamedToken) => void) | undefined,
): Output {
  const { decode, marks } = tokenizer;
  const spans = createSpanTracker(marks, promptIds);
  const streams: Record<StreamedToken['kind'], TextStream> = {
    reasoning: createTextStream(decode),
    answer: createTextStream(decode),
  };
  const texts = { reasoning: '', answer: '' };
  const tokenIds: number[] = [];
  let reasoningTokens = 0;

  function emit(kind: StreamedToken['kind'], text: string, index: number): void {
    if (text === '') return;
    texts[kind] += text;
    onToken?.({ text, kind, index });
  }

  return {
    tokenIds,
    take(id, last) {
      const { kind, visible } = spans.take(id);
      if (kind === 'reasoning') reasoningTokens++;
      tokenIds.push(id);
      if (!visible || last) emit(kind, streams[kind].flush(), tokenIds.length - 1);
      else emit(kind, streams[kind].push(id), tokenIds.length - 1);
    },
    finish() {
      emit('reasoning', streams.reasoning.flush(), tokenIds.length - 1);
      emit('answer', streams.answer.flush(), tokenIds.length - 1);
      return { text: texts.answer, reasoningText: texts.reasoning, tokenIds, reasoningTokens };
    },
  };
}
