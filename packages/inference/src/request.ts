import { z } from 'zod';
import { InferenceError } from './errors.js';

const MAX_PROMPT_CHARACTERS = 200_000;
const MAX_TOKENS = 100_000;

const requestSchema = z.strictObject({
  model: z.string().min(1).max(200),
  prompt: z.string().min(1).max(MAX_PROMPT_CHARACTERS),
  /** Ask the model to write out its reasoning before the answer. */
  reasoning: z.boolean().default(false),
  maxTokens: z.int().min(1).max(MAX_TOKENS).default(256),
  /** 0 takes the most likely token every time. */
  temperature: z.number().min(0).max(10).default(0),
  /** Keep the k most likely tokens; 0 keeps all. */
  topK: z.int().min(0).max(1_000_000).default(0),
  /** Keep the most likely tokens that together reach this probability; 1 keeps all. */
  topP: z.number().gt(0).max(1).default(1),
  seed: z.int().min(0).max(Number.MAX_SAFE_INTEGER).default(0),
});

export type GenerationRequest = z.input<typeof requestSchema>;
export type ValidRequest = z.output<typeof requestSchema>;

/** @throws InferenceError bad_request, naming each wrong field and what it may be */
export function parseRequest(value: unknown): ValidRequest {
  const parsed = requestSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    (issue) => `${issue.path.join('.') || 'request'}: ${issue.message}`,
  );
  throw new InferenceError('bad_request', problems.join('; '));
}
