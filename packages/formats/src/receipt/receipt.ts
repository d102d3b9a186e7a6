import { z } from 'zod';

import { Precision } from '../inference/spec.js';

export const RECEIPT_SCHEMA = 'inferscan.receipt/1';

const Count = z.int().min(0);
const Milliseconds = z.number().min(0);
const UnixSeconds = z.int().min(0);
const Sha256Hex = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hex digits');
const Address = z.string().regex(/^[1-9A-HJ-NP-Za-km-z]{32,44}$/, 'expected a base58 address');
const Text = z.string().max(500);

/** What a node measured and did, without its signature. Money is never in a receipt: the chain says it. */
export const UnsignedReceipt = z.looseObject({
  schema: z.literal(RECEIPT_SCHEMA),
  job: Address,
  market: Address,
  /** The node's address: the key that signs. */
  node: Address,
  run: Address,
  /** Id of the op in the definition. */
  op: Text,
  definition_cid: Text,
  spec_digest: Sha256Hex,
  model: z.looseObject({ name: Text, digest: Sha256Hex, parameters: Count.optional() }),
  task: Text,
  precision: Precision,
  runtime: z.looseObject({ name: Text, version: Text, provider: Text, threads: z.int().min(1) }),
  hardware: z.looseObject({
    cpu_model: Text,
    logical_cores: z.int().min(1),
    memory_mb: Count,
    gpus: z.array(z.looseObject({ name: Text, memory_mb: Count })).max(64),
  }),
  /** Sequences decoded together. */
  batch: z.int().min(1),
  tokens: z.looseObject({ prompt: Count, completion: Count, reasoning: Count }),
  timing_ms: z.looseObject({
    queue: Milliseconds,
    load: Milliseconds,
    first_token: Milliseconds,
    total: Milliseconds,
  }),
  output_digest: Sha256Hex,
  seed: Count,
  sampling: z.looseObject({
    temperature: z.number().min(0),
    top_k: Count,
    top_p: z.number().gt(0).max(1),
    max_tokens: z.int().min(1),
  }),
  schedule: z.looseObject({ prefill_chunk: z.int().min(1), kv_rule: Text }),
  started_at: UnixSeconds,
  finished_at: UnixSeconds,
});
export type UnsignedReceipt = z.infer<typeof UnsignedReceipt>;

/** A receipt with the node's base58 ed25519 signature over the canonical JSON of everything else. */
export const Receipt = UnsignedReceipt.extend({ signature: z.string().min(64).max(88) });
export type Receipt = z.infer<typeof Receipt>;
