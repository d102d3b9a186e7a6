import { randomInt } from 'node:crypto';

import { Precision } from '@inferscan/formats';
import type { GenerationRequest } from '@inferscan/inference';
import { z } from 'zod';

import type { ParameterNames } from './api-error.js';
import { ignored } from './parameters.js';

/** OpenAI's seeds are whole numbers; a receipt's are unsigned 32-bit. */
const MAX_SEED = 0xffff_ffff;
const MAX_STOPS = 16;
const MAX_COMPLETIONS = 128;
const MAX_GUESSES = 15;

const stopText = z.string().min(1).max(200);

/** What chat and plain completions have in common; the engine checks what only it knows. */
export const samplingShape = {
  model: z.string().min(1).max(200),
  n: z.int().min(1).max(MAX_COMPLETIONS).default(1),
  temperature: z.number().min(0).max(2).default(1),
  top_p: z.number().gt(0).max(1).default(1),
  seed: z.int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
  stop: z
    .union([stopText, z.array(stopText).max(MAX_STOPS)], {
      error: `expected a text of 1 to 200 characters, or a list of up to ${MAX_STOPS}`,
    })
    .default([]),
  presence_penalty: z.number().min(-2).max(2).default(0),
  frequency_penalty: z.number().min(-2).max(2).default(0),
  logit_bias: z.record(z.string(), z.number().min(-100).max(100)).default({}),
  stream: z.boolean().default(false),
  stream_options: z
    .object({ include_usage: z.boolean().default(false), include_obfuscation: z.boolean().optional() })
    .optional(),
  // Not OpenAI's, but vLLM's.
  top_k: z.int().min(0).max(1_000_000).default(0),
  min_p: z.number().min(0).max(1).default(0),
  repetition_penalty: z.number().min(0.1).max(10).default(1),
  // Not OpenAI's, but that of Hugging Face's generation.
  prompt_lookup_num_tokens: z.int().min(0).max(MAX_GUESSES).default(0),
  // Ours: a model that guesses.
  draft: z
    .strictObject({
      model: z.string().min(1).max(200),
      precision: Precision.optional(),
      tokens: z.int().min(1).max(MAX_GUESSES).optional(),
    })
    .optional(),
  // Ours: steps are shared where a row alone would have other last bits.
  together: z.boolean().optional(),
  // They change no answer.
  user: ignored,
  metadata: ignored,
  service_tier: ignored,
  safety_identifier: ignored,
  prompt_cache_key: ignored,
  prompt_cache_retention: ignored,
};

type Sampling = z.output<z.ZodObject<typeof samplingShape>>;

/** What the engine calls the parameters. */
export const SAMPLING_NAMES: ParameterNames = {
  model: 'model',
  task: 'model',
  precision: 'model',
  temperature: 'temperature',
  topK: 'top_k',
  topP: 'top_p',
  minP: 'min_p',
  repetitionPenalty: 'repetition_penalty',
  frequencyPenalty: 'frequency_penalty',
  presencePenalty: 'presence_penalty',
  logitBias: 'logit_bias',
  stop: 'stop',
  promptLookupTokens: 'prompt_lookup_num_tokens',
  draft: 'draft',
  together: 'together',
  n: 'n',
  seed: 'seed',
};

/** The sampling of a request for the engine. Without a seed one is drawn: the answer says which. */
export function engineSampling(asked: Sampling): Omit<GenerationRequest, 'prompt' | 'messages'> {
  const { model, n, temperature, seed = temperature === 0 ? 0 : randomInt(MAX_SEED) } = asked;
  return {
    model,
    n,
    temperature,
    seed,
    topP: asked.top_p,
    topK: asked.top_k,
    minP: asked.min_p,
    repetitionPenalty: asked.repetition_penalty,
    frequencyPenalty: asked.frequency_penalty,
    presencePenalty: asked.presence_penalty,
    logitBias: asked.logit_bias,
    promptLookupTokens: asked.prompt_lookup_num_tokens,
    draft: asked.draft,
    together: asked.together,
    stop: typeof asked.stop === 'string' ? [asked.stop] : asked.stop,
  };
}
