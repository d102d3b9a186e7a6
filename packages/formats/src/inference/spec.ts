import { z } from 'zod';

import { type FormatIssue, zodIssues } from '../issues.js';

/** Precisions a model may be asked to run at. */
export const Precision = z.enum(['fp32', 'fp16', 'int8', 'int4']);
export type Precision = z.infer<typeof Precision>;

/** Most prompts in one definition; larger batches come by CID. */
export const MAX_INPUTS = 1_000;
/** Most UTF-16 units in one prompt: a bound against hostile documents, not a context length. */
export const MAX_PROMPT_CHARS = 65_536;
/** Highest sampling seed: seeds are unsigned 32-bit. */
export const MAX_SEED = 0xffff_ffff;

const Cid = z
  .string()
  .regex(/^(Qm[1-9A-HJ-NP-Za-km-z]{44}|b[a-z2-7]{50,120})$/, 'expected a list or a CID (Qm… or b…)');

const Model = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._/:@-]{0,199}$/,
    'expected a catalogue name or a CID (letters, digits and . _ / : @ -, at most 200)',
  );

const Serve = z.union([z.literal(false), z.strictObject({ port: z.int().min(1).max(65_535) })], {
  error: 'expected false or {"port": 1-65535}',
});

const common = { model: Model, precision: Precision.optional(), serve: Serve.optional() };

/** Sampling of text generation; what is left out takes the value of {@link samplingOf}. */
export const TextGenerationParams = z.strictObject({
  /** Whether the model writes out its reasoning before the answer. */
  reasoning: z.boolean().optional(),
  /** Most completion tokens, reasoning included. */
  max_tokens: z.int().min(1).max(100_000).optional(),
  /** 0 is greedy. */
  temperature: z.number().min(0).max(5).optional(),
  /** 0 keeps all tokens. */
  top_k: z.int().min(0).max(1_000_000).optional(),
  top_p: z.number().gt(0).max(1).optional(),
  seed: z.int().min(0).max(MAX_SEED).optional(),
});
export type TextGenerationParams = z.infer<typeof TextGenerationParams>;

const Prompts = z
  .array(z.string().min(1, 'a prompt may not be empty').max(MAX_PROMPT_CHARS))
  .min(1, 'expected at least one prompt')
  .max(MAX_INPUTS);

/** Prompts in, text out. */
export const TextGenerationSpec = z.strictObject({
  ...common,
  task: z.literal('text-generation'),
  inputs: z.union([Prompts, Cid], {
    error: `expected a list of 1 to ${MAX_INPUTS} non-empty prompts, or the CID of one`,
  }),
  params: TextGenerationParams.optional(),
});
export type TextGenerationSpec = z.infer<typeof TextGenerationSpec>;

function taskSpec<const Task extends string>(task: Task) {
  return z.strictObject({
    ...common,
    task: z.literal(task),
    inputs: z.union([z.array(z.json()).min(1).max(MAX_INPUTS), Cid], {
      error: `expected a list of 1 to ${MAX_INPUTS} inputs, or the CID of one`,
    }),
    params: z.record(z.string(), z.json()).optional(),
  });
}

/**
 * What an inference op asks for: the JSON after `infer` in the op's cmd.
 * Nothing is defaulted here, so the digest of the parsed spec is the digest of the spec as written.
 */
export const InferenceSpec = z.discriminatedUnion('task', [
  TextGenerationSpec,
  taskSpec('embedding'),
  taskSpec('classification'),
  taskSpec('image-generation'),
  taskSpec('action'),
]);
export type InferenceSpec = z.infer<typeof InferenceSpec>;
export type InferenceTask = InferenceSpec['task'];

/** Checks a spec; paths of errors start at `base`. */
export function validateInferenceSpec(
  value: unknown,
  base = '$spec',
): { ok: true; spec: InferenceSpec } | { ok: false; errors: FormatIssue[] } {
  const parsed = InferenceSpec.safeParse(value);
  return parsed.success
    ? { ok: true, spec: parsed.data }
    : { ok: false, errors: zodIssues(parsed.error, base) };
}

/** Sampling with every value settled. */
export interface Sampling {
  reasoning: boolean;
  maxTokens: number;
  temperature: number;
  topK: number;
  topP: number;
  seed: number;
}

/** The sampling that a spec means: greedy, at most 256 tokens, seed 0 and no reasoning unless it says otherwise. */
export function samplingOf(spec: TextGenerationSpec): Sampling {
  const params = spec.params ?? {};
  return {
    reasoning: params.reasoning ?? false,
    maxTokens: params.max_tokens ?? 256,
    temperature: params.temperature ?? 0,
    topK: params.top_k ?? 0,
    topP: params.top_p ?? 1,
    seed: params.seed ?? 0,
  };
}

/**
 * The seed of the input at `index`: consecutive from the spec's seed, modulo 2^32,
 * so that the same prompt listed twice is sampled twice and each draw can be repeated alone.
 */
export function seedOfInput(seed: number, index: number): number {
  return (seed + index) % (MAX_SEED + 1);
}
