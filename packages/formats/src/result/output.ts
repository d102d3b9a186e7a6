import { z } from 'zod';

import { canonicalDigest } from '../canonical.js';

const Count = z.int().min(0);

const Logprob = z.looseObject({ id: Count, logprob: z.number() });

/** One completion of a prompt. */
const CompletionOutput = z.looseObject({
  text: z.string(),
  /** Written-out reasoning, empty where there was none. */
  reasoning: z.string(),
  finish_reason: z.enum(['stop', 'length']),
  /** Every generated token in order, for a verifier's one pass over the whole sequence. */
  token_ids: z.array(Count).optional(),
  /** Where asked for: of each token, and of the most likely ones at its place. */
  logprobs: z.array(Logprob.extend({ top: z.array(Logprob) })).optional(),
});
export type CompletionOutput = z.infer<typeof CompletionOutput>;

/** What the model answered to one input; an op's `results.outputs` holds one as JSON text per input, in order. */
export const TextGenerationOutput = CompletionOutput.extend({
  /** The prompt's once, and those of all completions. */
  tokens: z.object({ prompt: Count, completion: Count, reasoning: Count }),
  /** Where several completions were asked for: the others, the first being above. */
  others: z.array(CompletionOutput).optional(),
});
export type TextGenerationOutput = z.infer<typeof TextGenerationOutput>;

/** Names of an inference op's results in the flow state. */
export const RESULT_OUTPUTS = 'outputs';
export const RESULT_RECEIPT = 'receipt';

/** The `output_digest` of a receipt: sha2-256 of the canonical JSON of the list of outputs. */
export function outputDigest(outputs: readonly unknown[]): string {
  return canonicalDigest(outputs);
}
