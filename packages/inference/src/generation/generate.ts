import type { StreamedToken, TokenCounts } from '../contract.js';
import { InferenceError } from '../errors.js';
import type { Meter } from '../metering/meter.js';
import type { ValidRequest } from '../request.js';
import { uniformAt } from '../sampling/random.js';
import { sampleToken } from '../sampling/sampler.js';
import { createSpanTracker } from '../tokens/reasoning.js';
import { createTextStream, type TextStream } from '../tokens/text-stream.js';
import type { TextTokenizer } from '../tokens/tokenizer.js';
import { nextChunk } from './chunks.js';
import type { Decoder, Row } from './decoder.js';

export interface GenerationDeps {
  readonly decoder: Decoder;
  readonly tokenizer: TextTokenizer;
  readonly stopTokenIds: readonly number[];
  readonly contextTokens: number;
}

export interface GenerationHooks {
  readonly meter: Meter;
  /** Asked before every step. */
  cancelled(): boolean;
  onToken?: ((token: StreamedToken) => void) | undefined;
}

export interface Generation {
  readonly text: string;
  readonly reasoningText: string;
  readonly tokenIds: number[];
  readonly tokens: TokenCounts;
  readonly finishReason: 'stop' | 'length';
}

/**
 * Prefill, then one token per step until a stop token, maxTokens or the end of the context.
 * @throws InferenceError bad_request, too_long, cancelled
 */
export async function generate(
  deps: GenerationDeps,
  request: ValidRequest,
  hooks: GenerationHooks,
): Promise<Generation> {
  const promptIds = encodeWithinContext(deps, request);
  const room = Math.min(request.maxTokens, deps.contextTokens - promptIds.length);
  const output = createOutput(deps, promptIds, hooks.onToken);
  const row = deps.decoder.open();
  try {
    return await run();
  } finally {
    deps.decoder.close(row);
  }

  async function run(): Promise<Generation> {
    let logits = await prefill(deps.decoder, row, promptIds, hooks);
    for (;;) {
      const position = promptIds.length + output.tokenIds.length;
      const id = sampleToken(logits, request, uniformAt(request.seed, position));
      hooks.meter.firstToken();
      const stopped = deps.stopTokenIds.includes(id);
      output.take(id, stopped);
      if (stopped || output.tokenIds.length >= room) {
        return { ...output.finish(), finishReason: stopped ? 'stop' : 'length' };
      }
      throwIfCancelled(hooks);
      logits = await step(deps.decoder, row, [id], 1);
    }
  }
}

function encodeWithinContext(deps: GenerationDeps, request: ValidRequest): number[] {
  const ids = deps.tokenizer.encodePrompt(request.prompt, request.reasoning);
  if (ids.length === 0) throw new InferenceError('bad_request', 'prompt: it has no tokens');
  const most = deps.contextTokens - 1;
  if (ids.length > most) {
    throw new InferenceError(
      'too_long',
      `prompt: ${ids.length} tokens, at most ${most} fit (context ${deps.contextTokens}, one for the answer)`,
    );
  }
  return ids;
}

async function prefill(
  decoder: Decoder,
  row: Row,
  ids: readonly number[],
  hooks: GenerationHooks,
): Promise<Float32Array> {
  let logits: Float32Array = new Float32Array(0);
  while (row.length < ids.length) {
    throwIfCancelled(hooks);
    const { tokens, width } = nextChunk(ids.length - row.length);
    logits = await step(decoder, row, ids.slice(row.length, row.length + tokens), width);
  }
  return logits;
}

async function step(
  decoder: Decoder,
  row: Row,
  ids: readonly number[],
  width: number,
): Promise<Float32Array> {
  const [logits] = await decoder.step([{ row, ids }], width);
  if (!logits) throw new InferenceError('bad_model', 'the model gave no logits');
  return logits;
}

function throwIfCancelled(hooks: GenerationHooks): void {
  if (hooks.cancelled()) throw new InferenceError('cancelled', 'the request was cancelled');
}

/** Collects tokens into the two texts and streams them in the order of generation. */
function createOutput(
  deps: GenerationDeps,
  promptIds: readonly number[],
  onToken: GenerationHooks['onToken'],
) {
  const { decode, marks } = deps.tokenizer;
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
    take(id: number, stopped: boolean): void {
      const { kind, visible } = spans.take(id);
      if (kind === 'reasoning') reasoningTokens++;
      tokenIds.push(id);
      if (!visible || stopped) emit(kind, streams[kind].flush(), tokenIds.length - 1);
      else emit(kind, streams[kind].push(id), tokenIds.length - 1);
    },
    finish(): Omit<Generation, 'finishReason'> {
      emit('reasoning', streams.reasoning.flush(), tokenIds.length - 1);
      emit('answer', streams.answer.flush(), tokenIds.length - 1);
      return {
        text: texts.answer,
        reasoningText: texts.reasoning,
        tokenIds,
        tokens: { prompt: promptIds.length, completion: tokenIds.length, reasoning: reasoningTokens },
      };
    },
  };
}
