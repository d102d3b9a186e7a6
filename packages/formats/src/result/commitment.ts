import { z } from 'zod';

import { canonicalDigest } from '../canonical.js';

/** Name of the commitments to the logits in an op's results: one JSON text per input, in order. */
export const RESULT_COMMITMENTS = 'commitments';

/** What the records and digests of {@link InputCommitment} are; decision 0025 says it in full. */
export const COMMITMENT_SCHEME = 'sha256-rows+top4-every8/1';

/** One for each completion of an input. */
export const InputCommitment = z
  .array(
    z.looseObject({
      /** Steps that were committed to: the completion's tokens. */
      steps: z.int().min(1),
      /** Over a salt, the prompt's token ids, and of every step the whole row of logits and the token taken. */
      digest: z.string().regex(/^[0-9a-f]{64}$/),
      /** base64: of every eighth step, the digest so far and the largest logits. */
      records: z.string(),
    }),
  )
  .min(1);
export type InputCommitment = z.infer<typeof InputCommitment>;

/** The digest in a receipt that binds all commitments of an op. */
export function commitmentDigest(commitments: readonly InputCommitment[]): string {
  return canonicalDigest(commitments);
}

/** What a commitment is made for, so that one made for another node, run, op or input is not worth anything. */
export function commitmentSalt(
  receipt: { node: string; run: string | null; op: string },
  input: number,
): string {
  return [receipt.node, receipt.run ?? '', receipt.op, input].join('\n');
}
