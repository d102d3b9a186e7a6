import type { Constraint } from '../constraint/constraint.js';
import type { Completion, StreamedToken, TokenCounts, TokenLogprobs } from '../contract.js';
import { InferenceError } from '../errors.js';
import type { Meter } from '../metering/meter.js';
import type { ValidRequest } from '../request.js';
import { logprobsOf } from '../sampling/logprobs.js';
import { createPenalties } from '../sampling/penalties.js';
import { uniformAt } from '../sampling/random.js';
import { sampleToken } from '../sampling/sampler.js';
import type { DraftModel } from '../speculation/draft-model.js';
import { encodePromptOf, type RequestTokens, type TextTokenizer } from '../tokens/tokenizer.js';
import { createCommitter } from './commitment.js';
import type { Decoder } from './decoder.js';
import { createOutput } from './output.js';

export interface GenerationModel extends SequenceModel {
  readonly decoder: Decoder;
}

/** What is to know of a model to take its logits for tokens. */
export interface SequenceModel {
  readonly tokenizer: TextTokenizer;
  readonly stopTokenIds: readonly number[];
  readonly contextTokens: number;
}

/** A request on its way through a batch. */
export interface GenerationJob {
  readonly id: number;
  readonly request: ValidRequest;
  readonly meter: Meter;
  /** Where they are known already. */
  readonly tokens?: RequestTokens | undefined;
  /** What its tokens are guessed by, where it asks for that. */
  readonly draftModel?: DraftModel | undefined;
  /** What the answer is bound to. */
  readonly answer?: { start(): Promise<Constraint> } | undefined;
  readonly onToken?: ((token: StreamedToken) => void) | undefined;
  /** Called once. */
  readonly settle: (outcome: Generation | Error) => void;
}

/** What a request comes to: its first completion, and all of them. */
export interface Generation extends Omit<Completion, 'reasoningTokens' | 'seed'> {
  readonly tokens: TokenCounts;
  readonly cachedTokens: number;
  readonly completions: readonly Completion[];
  /** Guessed before they were computed. */
  readonly draftedTokens: number;
  /** Those of them that came true. */
  readonly acceptedTokens: number;
}

/** One sequence that is being generated. */
export interface Sample {
  /** The token that is not in the cache yet. */
  readonly next: number;
  /** Tokens that it may still come to have. */
  readonly left: number;
  /**
   * Takes the logits for its next token; whether it was the last one.
   * @throws InferenceError bad_request when the answer's schema leaves no token
   */
  take(logits: Float32Array): Promise<boolean>;
  result(): Completion;
  /** Lets go what it holds besides its tokens. */
  close(): void;
}

/** @throws InferenceError bad_request, too_long */
export function encodeWithinContext(model: SequenceModel, request: ValidRequest): number[] {
  return requireWithinContext(model, encodePromptOf(model.tokenizer, request));
}

/** @throws InferenceError bad_request, too_long */
export function requireWithinContext<T extends readonly number[]>(model: SequenceModel, ids: T): T {
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
export function roomFor(model: SequenceModel, request: ValidRequest, promptTokens: number): number {
  return Math.min(request.maxTokens, model.contextTokens - promptTokens);
}

/**
 * Takes a token in place of the one that was drawn.
 * @param logits those to choose from, after penalties, biases and the schema
 * @param uniform what the draw rests on
 */
export type TokenChoice = (logits: ArrayLike<number>, drawn: number, uniform: number) => number;

/**
 * @param index which of the request's completions it becomes
 * @param choose where the tokens are known already
 */
export function createSample(
  model: SequenceModel,
  { request, meter, onToken, answer }: GenerationJob,
  promptIds: readonly number[],
  index: number,
  choose: TokenChoice = (_, drawn) => drawn,
): Sample {
  const room = roomFor(model, request, promptIds.length);
  const seed = request.seed + index;
  const output = createOutput(model.tokenizer, promptIds, request.stop, (piece) => {
    const since = logprobs.slice(told);
    told = logprobs.length;
    onToken?.({ ...piece, sample: index, ...(request.logprobs !== undefined && { logprobs: since }) });
  });
  const penalties = createPenalties(request, promptIds);
  const committer = request.commitment && createCommitter(`${request.commitment.salt}\n${index}`, promptIds);
  const logprobs: TokenLogprobs[] = [];
  /** How many of them were streamed. */
  let told = 0;
  let finishReason: Completion['finishReason'] = 'length';
  let constraint: Constraint | undefined;

  /** The logits of tokens that may come next; others are beyond reach. */
  async function allowed(logits: ArrayLike<number>): Promise<ArrayLike<number>> {
    if (answer === undefined) return logits;
    if (output.reasoning) {
      // The answer is still to come.
      const open = new Float64Array(logits);
      for (const id of model.stopTokenIds) open[id] = Number.NEGATIVE_INFINITY;
      return open;
    }
    constraint ??= await answer.start();
    return constraint.apply(logits);
  }

  return {
    get next() {
      return output.tokenIds.at(-1) ?? 0;
    },
    get left() {
      return room - output.tokenIds.length;
    },
    async take(logits) {
      const position = promptIds.length + output.tokenIds.length;
      const uniform = uniformAt(seed, position);
      const open = await allowed(penalties.apply(logits));
      const id = choose(open, sampleToken(open, request, uniform), uniform);
      committer?.add(logits, id);
      if (!output.reasoning) constraint?.accept(id);
      penalties.saw(id);
      if (request.logprobs !== undefined) {
        logprobs.push(logprobsOf(logits, id, request.logprobs, model.tokenizer.bytesOf));
      }
      meter.firstToken();
      const last = model.stopTokenIds.includes(id);
      const ended = last || ((await constraint?.ended()) ?? false);
      const stopped = output.take(id, last) || ended;
      if (stopped) finishReason = 'stop';
      return stopped || output.tokenIds.length >= room;
    },
    result: () => ({
      ...output.finish(),
      finishReason,
      seed,
      ...(request.logprobs !== undefined && { logprobs }),
      ...(committer && { commitment: committer.value() }),
    }),
    close: () => constraint?.close(),
  };
}

/** What a request's tokens took, besides those that count. */
type DoneWork = Pick<Generation, 'cachedTokens' | 'draftedTokens' | 'acceptedTokens'>;

/** @param completions at least one */
export function joinCompletions(
  promptTokens: number,
  { cachedTokens, draftedTokens, acceptedTokens }: DoneWork,
  completions: readonly Completion[],
): Generation {
  const [first] = completions;
  if (first === undefined) throw new RangeError('a generation has at least one completion');
  const { reasoningTokens: _, seed: __, ...shown } = first;
  const sum = (count: (one: Completion) => number) =>
    completions.reduce((total, one) => total + count(one), 0);
  return {
    ...shown,
    tokens: {
      prompt: promptTokens,
      completion: sum(({ tokenIds }) => tokenIds.length),
      reasoning: sum(({ reasoningTokens }) => reasoningTokens),
    },
    cachedTokens,
    draftedTokens,
    acceptedTokens,
    completions,
  };
}
