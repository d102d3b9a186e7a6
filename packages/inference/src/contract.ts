import type { GenerationRequest } from './request.js';
import type { ModelTask, TaskRequest, TaskResult } from './tasks/contract.js';

/** What weights may be stored as. */
export const PRECISIONS = ['fp32', 'fp16', 'int8', 'int4'] as const;
export type Precision = (typeof PRECISIONS)[number];

/** What another engine may say of its weights; unknown: it says nothing. */
export type StatedPrecision = Precision | 'bf16' | 'fp8' | 'unknown';

/** What a request may ask for; undefined for what it cannot, and leaves to the engine. */
export const askablePrecision = (stated: StatedPrecision): Precision | undefined =>
  PRECISIONS.find((precision) => precision === stated);

/** What the engine knows of a model before loading its weights. */
export interface ModelInfo {
  readonly name: string;
  /** What the model is for. */
  readonly task: ModelTask;
  /** Another engine runs it, and all of this is what that one says: the digest is of its statement, not of weights. */
  readonly claimed?: true;
  /** sha256 of the ONNX file, lower-case hex; with weights in other files, of the list of all digests. */
  readonly digest: string;
  /** 0 where nobody says. */
  readonly parameters: number;
  /** What runs where a request does not ask for another. */
  readonly precision: StatedPrecision;
  /** All that the model is there in, the most precise first. */
  readonly precisions: readonly StatedPrecision[];
  /** Prompt and completion together may not exceed this many tokens; only of models that write text. */
  readonly contextTokens?: number;
  readonly sizeBytes: number;
  /** Whether the model marks written-out reasoning with <think> … </think>. */
  readonly reasoning: boolean;
}

export type SpanKind = 'reasoning' | 'answer';

/**
 * A piece of generated text as it appears; `index` counts the completion's tokens from 0, `sample` the completions. Text that may
 * turn out to be a stop string is held back until that is known.
 */
export interface StreamedToken {
  readonly text: string;
  readonly kind: SpanKind;
  readonly index: number;
  readonly sample: number;
  /** Of the tokens since the last piece, this one's among them, where asked for. */
  readonly logprobs?: readonly TokenLogprobs[];
}

/** Natural logarithms of the model's own probabilities, before temperature, penalties and the like. */
export interface TokenLogprob {
  readonly id: number;
  readonly logprob: number;
  /** What the token adds to the text, in UTF-8: maybe a part of a character, and nothing for control tokens. */
  readonly bytes: readonly number[];
}

export interface TokenLogprobs extends TokenLogprob {
  /** The most likely tokens, as many as were asked for. */
  readonly top: readonly TokenLogprob[];
}

/**
 * What binds a completion to the logits that it was drawn from: sha256 over a salt, the prompt's token ids and, of every step, the
 * row of logits and the token taken. The records (base64) tell of some steps the largest logits, so that a machine which computes
 * other last bits can compare, too.
 */
export interface LogitsCommitment {
  readonly steps: number;
  readonly digest: string;
  readonly records: string;
}

/** One completion of several. */
export interface Completion {
  readonly text: string;
  readonly reasoningText: string;
  /** All generated token ids in order, control tokens included. */
  readonly tokenIds: readonly number[];
  /** Tokens up to and including </think>. */
  readonly reasoningTokens: number;
  /** stop: a stop token or a stop string; length: maxTokens or the end of the context. */
  readonly finishReason: 'stop' | 'length';
  readonly seed: number;
  /** One for each token, where asked for. */
  readonly logprobs?: readonly TokenLogprobs[];
  /** Where asked for. */
  readonly commitment?: LogitsCommitment;
}

/**
 * Every generated token counts in `completion`, the closing </think> and the stop token too;
 * `reasoning` is the part of them up to and including </think>.
 */
export interface TokenCounts {
  readonly prompt: number;
  readonly completion: number;
  readonly reasoning: number;
}

/** Milliseconds. Queue, load and first token follow each other; total spans submission to result. */
export interface Timing {
  readonly queueMs: number;
  /** Reading the model into memory; 0 when it was there already. */
  readonly loadMs: number;
  /** From the loaded model to the first generated token: tokenizing and prefill. */
  readonly firstTokenMs: number;
  readonly totalMs: number;
}

/** With how many others a request shared its steps: what that changes is time, never a bit. */
export interface Sharing {
  /** Runs of the graph that it took part in. */
  readonly steps: number;
  /** Rows in them together, those of other requests included: `rows / steps` is how full they were. */
  readonly rows: number;
  /** Rows in the fullest of them. */
  readonly mostRows: number;
}

/** What a verifier must repeat to get the same bits. */
export interface Schedule {
  /** Prompt tokens per prefill step. */
  readonly prefillChunk: number;
  /** How the key/value cache is kept. */
  readonly kvRule: string;
  /** Whether requests share steps, which changes no bit of what each computes. */
  readonly shared: boolean;
  /** Only as the request asks never to be computed alone, which would have other last bits here. */
  readonly together?: true;
  /** What in the model's graph hinders sharing, or keeping the cache outside of it. */
  readonly hindrance?: string;
  /** How drafts are made, where the request has them made: which tokens are read together changes last bits, too. */
  readonly draftRule?: string;
  /** Whose guesses they are, where a model makes them. */
  readonly draftModel?: Pick<ModelInfo, 'name' | 'digest' | 'precision'>;
}

/** Requests of one model that are not answered yet. */
export interface RequestLoad {
  readonly running: number;
  readonly waiting: number;
}

/** What the requests of one model have cost so far, in the thread that runs now. */
export interface BatchStats {
  /** Runs of the graph. */
  readonly steps: number;
  /** Rows that took part in them, together: `rows / steps` is how full they were. */
  readonly rows: number;
  /** Of the prompts that were read. */
  readonly promptTokens: number;
  /** Of prompts, that did not have to be read: an earlier prompt began in the same way. */
  readonly cachedTokens: number;
  readonly generatedTokens: number;
  /** Guessed before they were computed. */
  readonly draftedTokens: number;
  /** Those of them that came true. */
  readonly acceptedTokens: number;
}

export interface Runtime {
  readonly name: string;
  readonly version: string;
  readonly provider: string;
  readonly threads: number;
}

export interface GenerationResult {
  readonly text: string;
  readonly reasoningText: string;
  /** All generated token ids in order, control tokens included. */
  readonly tokenIds: readonly number[];
  readonly tokens: TokenCounts;
  readonly timing: Timing;
  readonly finishReason: 'stop' | 'length';
  readonly logprobs?: readonly TokenLogprobs[];
  /** All completions, that of the fields above first. `tokens` counts the prompt once and what was generated in all of them. */
  readonly completions: readonly Completion[];
  /** Tokens at the beginning of the prompt that an earlier request with the same beginning had read. */
  readonly cachedTokens: number;
  /** Tokens that were guessed before they were computed, where the request has that done. Not known of another engine. */
  readonly draftedTokens?: number;
  /** Those of them that came true: so many steps were saved. */
  readonly acceptedTokens?: number;
  readonly model: Pick<ModelInfo, 'name' | 'digest' | 'parameters' | 'precision'>;
  readonly runtime: Runtime;
  /** Not known of another engine. */
  readonly schedule?: Schedule;
  readonly sharing: Sharing;
  readonly seed: number;
  /** Another engine ran it: texts and times are what was seen here, all else is what that one says. */
  readonly claimed?: true;
}

export interface GenerateOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called in order for every piece of text; an exception from it cancels the request and rejects with it. */
  readonly onToken?: ((token: StreamedToken) => void) | undefined;
}

export interface RunOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface InferenceEngine {
  models(): readonly ModelInfo[];
  /** By model, the requests that its thread has and those that wait for it; models without any are left out. */
  load(): ReadonlyMap<string, RequestLoad>;
  /** By model, as of its last finished request; of those that write text. */
  stats(): ReadonlyMap<string, BatchStats>;
  /**
   * Runs one request. Those of a model that are there together share its steps, and none of them gets other tokens than it
   * would get alone. A prompt that leaves room for fewer than `maxTokens` tokens
   * ends with finishReason 'length' at the context's end.
   * @throws InferenceError unknown_model, bad_request, too_long, cancelled, overloaded, crashed, bad_model
   */
  generate(request: GenerationRequest, options?: GenerateOptions): Promise<GenerationResult>;
  /**
   * Runs one request of any task. Requests of other tasks than text generation wait for each other, not for text.
   * @throws InferenceError as generate, and timeout, out_of_memory
   */
  run<T extends ModelTask>(request: TaskRequest<T>, options?: RunOptions): Promise<TaskResult<T>>;
  /** Cancels what runs and waits, and ends the threads. Idempotent. */
  close(): Promise<void>;
}

/** The part of the engine that writes text. */
export type TextEngine = Omit<InferenceEngine, 'run'>;
