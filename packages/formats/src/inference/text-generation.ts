import { z } from 'zod';

import { common, inputsOf, Precision, Seed, Text } from './common.js';

/** Most completions of one prompt: as many as share the steps of an engine. */
const MAX_COMPLETIONS = 32;
const MAX_BIASES = 1_024;
const MAX_SCHEMA_CHARS = 10_000;
/** Tokens guessed at a time. */
const MAX_GUESSES = 15;

const Draft = z.strictObject({
  model: Text,
  precision: Precision.optional(),
  /** At a time. */
  tokens: z.int().min(1).max(MAX_GUESSES).optional(),
});

const Penalty = z.number().min(-2).max(2);

/** Parameters of text generation; what is left out takes the value of {@link samplingOf}. */
export const TextGenerationParams = z
  .strictObject({
    /** Whether the model writes out its reasoning before the answer. */
    reasoning: z.boolean().optional(),
    /** Most completion tokens, reasoning included. */
    max_tokens: z.int().min(1).max(100_000).optional(),
    /** 0 is greedy. */
    temperature: z.number().min(0).max(5).optional(),
    /** 0 keeps all tokens. */
    top_k: z.int().min(0).max(1_000_000).optional(),
    top_p: z.number().gt(0).max(1).optional(),
    /** Keeps tokens at least this fraction as likely as the most likely one. */
    min_p: z.number().min(0).max(1).optional(),
    /** 1 changes nothing. */
    repetition_penalty: z.number().min(0.1).max(10).optional(),
    frequency_penalty: Penalty.optional(),
    presence_penalty: Penalty.optional(),
    /** Added to the logits of these token ids. */
    logit_bias: z
      .record(
        z.string().regex(/^(0|[1-9]\d{0,8})$/, 'expected a token id'),
        z.number().min(-1_000).max(1_000),
      )
      .refine((biases) => Object.keys(biases).length <= MAX_BIASES, `at most ${MAX_BIASES} token ids`)
      .optional(),
    /** The text ends before the first of these. */
    stop: z.array(z.string().min(1).max(200)).max(16).optional(),
    /** Binds the answer to JSON under this schema; an engine refuses what it could not keep. */
    json_schema: z
      .record(z.string(), z.json())
      .refine(
        (schema) => JSON.stringify(schema).length <= MAX_SCHEMA_CHARS,
        `at most ${MAX_SCHEMA_CHARS} characters`,
      )
      .optional(),
    /** Log-probabilities of each token and of so many most likely ones. */
    logprobs: z.int().min(0).max(20).optional(),
    /** Read up to so many guessed tokens with the next one, which saves time where an answer repeats things; see docs/inference.md. */
    prompt_lookup_tokens: z.int().min(0).max(MAX_GUESSES).optional(),
    /** Where nothing is looked up, tokens are guessed by this model, which must have the same ones. */
    draft: Draft.optional(),
    /** Completions of each prompt. */
    n: z.int().min(1).max(MAX_COMPLETIONS).optional(),
    seed: Seed.optional(),
  })
  .refine(({ n = 1, temperature = 0 }) => n === 1 || temperature > 0, {
    path: ['n'],
    message: 'at temperature 0 all completions are the same; expected 1',
  })
  .refine(({ n = 1, draft }) => n === 1 || draft === undefined, {
    path: ['draft'],
    message: 'only of one completion; expected n 1',
  });
export type TextGenerationParams = z.infer<typeof TextGenerationParams>;

/** Prompts in, text out. */
export const TextGenerationSpec = z.strictObject({
  ...common,
  task: z.literal('text-generation'),
  inputs: inputsOf(Text, 'non-empty prompts'),
  params: TextGenerationParams.optional(),
});
export type TextGenerationSpec = z.infer<typeof TextGenerationSpec>;

/** Sampling with every value settled. */
export interface Sampling {
  reasoning: boolean;
  maxTokens: number;
  temperature: number;
  topK: number;
  topP: number;
  minP: number;
  repetitionPenalty: number;
  frequencyPenalty: number;
  presencePenalty: number;
  logitBias: Record<string, number>;
  stop: string[];
  jsonSchema?: NonNullable<TextGenerationParams['json_schema']>;
  logprobs?: number;
  promptLookupTokens: number;
  draft?: { model: string; precision?: Precision; tokens: number };
  n: number;
  seed: number;
}

function settledDraft({
  model,
  precision,
  tokens = 4,
}: z.infer<typeof Draft>): NonNullable<Sampling['draft']> {
  return { model, ...(precision !== undefined && { precision }), tokens };
}

/** The sampling that a spec means: greedy, at most 256 tokens, seed 0 and no reasoning unless it says otherwise. */
export function samplingOf({ params = {} }: Pick<TextGenerationSpec, 'params'>): Sampling {
  return {
    reasoning: params.reasoning ?? false,
    maxTokens: params.max_tokens ?? 256,
    temperature: params.temperature ?? 0,
    topK: params.top_k ?? 0,
    topP: params.top_p ?? 1,
    minP: params.min_p ?? 0,
    repetitionPenalty: params.repetition_penalty ?? 1,
    frequencyPenalty: params.frequency_penalty ?? 0,
    presencePenalty: params.presence_penalty ?? 0,
    logitBias: params.logit_bias ?? {},
    stop: params.stop ?? [],
    ...(params.json_schema !== undefined && { jsonSchema: params.json_schema }),
    ...(params.logprobs !== undefined && { logprobs: params.logprobs }),
    promptLookupTokens: params.prompt_lookup_tokens ?? 0,
    ...(params.draft !== undefined && { draft: settledDraft(params.draft) }),
    n: params.n ?? 1,
    seed: params.seed ?? 0,
  };
}
