import type { StreamedToken, TokenCounts } from '../contract.js';
import { InferenceError } from '../errors.js';
import type { Meter } from '../metering/meter.js';
import type { ValidRequest } from '../request.js';
import { uniformAt } from '../sampling/random.js';
import { sampleToken } from '../sampling/sampler.js';
import type { TextTokenizer } from '../tokens/tokenizer.js';
import type { Decoder } from './decoder.js';
import { createOutput } from './output.js';

export interface GenerationModel {
  readonly decoder: Decoder;
  readonly tokenizer: TextTokenizer;
  readonly stopTokenIds: readonly number[];
  readonly contextTokens: number;
}

/** A request on its way through a batch. */
export interface GenerationJob {
  readonly id: number;
  readonly request: ValidRequest;
  readonly meter: Meter;
  readonly onToken?: ((token: StreamedToken) => void) | undefined;
  /** Called once. */
  readonly settle: (outcome: Generation | Error) => void;
}

export interface Generation {
  readonly text: string;
  readonly reasoningText: string;
  readonly tokenIds: readonly number[];
  readonly tokens: TokenCounts;
  readonly finishReason: 'stop' | 'length';
}

/** One sequence that is being generated. */
export interface Sample {
  /** The token that is not in the cache yet. */
  readonly next: number;
  /** Takes the logits for its next token; whether it was the last one. */
  take(logits: Float32Array): boolean;
  result(): Generation;
}

/** @throws InferenceError bad_request, too_long */
export function encodeWithinContext(model: GenerationModel, request: ValidRequest): number[] {
  const ids = model.tokenizer.encodePrompt(request.prompt, request.reasoning);
  if (ids.length === 0) throw new InferenceError('bad_request', 'prompt: it has no tokens');
  const most = model.contextTokens - 1;
  if (ids.length > most) {
    throw new InferenceError(
      'too_long',
      `prompt: ${ids.length} tokens, at most ${most} fit (context ${model.contextTokens}, one for the answer)`,
    );
  }
  return ids;
}

/** Tokens that a request may generate: maxTokens, or what is left of the context. */
export function roomFor(model: GenerationModel, request: ValidRequest, promptTokens: number): number {
  return Math.min(request.maxTokens, model.contextTokens - promptTokens);
}

export function createSample(
  model: GenerationModel,
  { request, meter, onToken }: GenerationJob,
  promptIds: readonly number[],
): Sample {
  const room = roomFor(model, request, promptIds.length);
  const output = createOutput(model.tokenizer, promptIds, onToken);
  let finishReason: Generation['finishReason'] = 'length';
  return {
    get next() {
      return output.tokenIds.at(-1) ?? 0;
    },
    take(logits) {
      const position = promptIds.length + output.tokenIds.length;
      const id = sampleToken(logits, request, uniformAt(request.seed, position));
      meter.firstToken();
      const stopped = model.stopTokenIds.includes(id);
      output.take(id, stopped);
      if (stopped) finishReason = 'stop';
      return stopped || output.tokenIds.length >= room;
    },
    result() {
      const { reasoningTokens, ...texts } = output.finish();
      return {
        ...texts,
        tokens: {
          prompt: promptIds.length,
          completion: texts.tokenIds.length,
          reasoning: reasoningTokens,
        },
        finishReason,
      };
    },
  };
}
