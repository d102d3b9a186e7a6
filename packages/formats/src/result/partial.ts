import { ed25519 } from '@noble/curves/ed25519.js';
import { base58 } from '@scure/base';
import { z } from 'zod';

import { canonicalBytes, canonicalDigest } from '../canonical.js';
import type { InferenceSpec } from '../inference/spec.js';
import { Address, Count, Milliseconds, Sha256Hex, Signature, Text } from '../receipt/common.js';
import type { SignBytes } from '../receipt/sign.js';
import { Segment } from '../receipt/version-2.js';
import { InputCommitment } from './commitment.js';

/** Name of the address of what was done of an op that did not come to its end: one text, a CID. */
export const RESULT_PARTIAL = 'partial';

export const PARTIAL_SCHEMA = 'inferscan.partial/1';
/** Inputs of a list that came by CID, the most there are. */
const MAX_ANSWERS = 10_000;

const PartialAnswer = z.looseObject({
  output: z.json(),
  commitment: InputCommitment.optional(),
  line: z.string(),
  facts: z.looseObject({
    model: z.looseObject({ name: Text, digest: Sha256Hex, parameters: Count, precision: Text }),
    runtime: z.looseObject({ name: Text, version: Text, provider: Text, threads: z.int().min(1) }),
    schedule: z.looseObject({ prefillChunk: z.int().min(1), kvRule: Text, shared: z.boolean() }).optional(),
    sharing: z.looseObject({ steps: Count, rows: Count, mostRows: Count }),
    tokens: z.looseObject({ prompt: Count, completion: Count, reasoning: Count, cached: Count }),
    timing: z.looseObject({ queueMs: Milliseconds, loadMs: Milliseconds, firstMs: Milliseconds }),
  }),
});

/** The answers to the first inputs of an op, so that nobody has to give them again. */
const UnsignedPartial = z.looseObject({
  schema: z.literal(PARTIAL_SCHEMA),
  node: Address,
  run: Address.nullable(),
  op: Text,
  /** Of the spec without `resume`. */
  spec_digest: Sha256Hex,
  /** Who gave which of them, where it was not this node in this run. */
  segments: z.array(Segment).max(100),
  answers: z.array(PartialAnswer).min(1).max(MAX_ANSWERS),
  /** What they took. */
  elapsed_ms: Milliseconds,
});
type UnsignedPartial = z.infer<typeof UnsignedPartial>;

const PartialResult = UnsignedPartial.extend({ signature: Signature });
export type PartialResult = z.infer<typeof PartialResult>;

/** What a partial result is of: the spec, whatever it resumes. */
export function resumableDigest({ resume: _, ...spec }: InferenceSpec): string {
  return canonicalDigest(spec);
}

/** @throws ZodError if it is not a partial result */
export async function signPartial(unsigned: UnsignedPartial, sign: SignBytes): Promise<PartialResult> {
  const partial = UnsignedPartial.parse(unsigned);
  return { ...partial, signature: base58.encode(await sign(canonicalBytes(partial))) };
}

/** The partial result in a document that the node it names has signed; null for anything else. Never throws. */
export function readPartial(value: unknown): PartialResult | null {
  const parsed = PartialResult.safeParse(value);
  if (!parsed.success) return null;
  const { signature, ...signed } = value as PartialResult;
  try {
    const key = base58.decode(parsed.data.node);
    const valid = ed25519.verify(base58.decode(signature), canonicalBytes(signed), key, { zip215: false });
    return valid ? parsed.data : null;
  } catch {
    return null;
  }
}
