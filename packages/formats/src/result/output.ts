import { z } from 'zod';

import { canonicalDigest } from '../canonical.js';

const Count = z.int().min(0);

/** What the model answered to one input; an op's `results.outputs` holds one as JSON text per input, in order. */
export const TextGenerationOutput = z.looseObject({
  text: z.string(),
  /** Written-out reasoning, empty where there was none. */
  reasoning: z.string(),
  finish_reason: z.enum(['stop', 'length']),
  /** Every generated token in order, for a verifier's one pass over the whole sequence. */
  token_ids: z.array(Count).optional(),
  tokens: z.object({ prompt: Count, completion: Count, reasoning: Count }),
});
export type TextGenerationOutput = z.infer<typeof TextGenerationOutput>;

/** Names of an inference op's results in the flow state. */
export const RESULT_OUTPUTS = 'outputs';
export const RESULT_RECEIPT = 'receipt';

/** The `output_digest` of a receipt: sha2-256 of the canonical JSON of the list of outputs. */
export function outputDigest(outputs: readonly unknown[]): string {
  return canonicalDigest(outputs);
}
