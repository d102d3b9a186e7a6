import { z } from 'zod';

import { Precision } from '../inference/common.js';
import {
  Address,
  Count,
  Hardware,
  Milliseconds,
  RuntimeFacts,
  Sha256Hex,
  Signature,
  Text,
  UnixSeconds,
} from './common.js';

export const RECEIPT_SCHEMA_2 = 'inferscan.receipt/2';

/** Whether the process that signs has seen a thing itself, or another engine told it. */
const Attestation = z.enum(['measured', 'claimed']);

/** Sampling of text generation with every value settled, under its names in the spec. */
export const SettledSampling = z.looseObject({
  reasoning: z.boolean(),
  max_tokens: z.int().min(1),
  temperature: z.number().min(0),
  top_k: Count,
  top_p: z.number().gt(0).max(1),
  min_p: z.number().min(0).max(1),
  repetition_penalty: z.number().gt(0),
  frequency_penalty: z.number(),
  presence_penalty: z.number(),
  logit_bias: z.record(z.string(), z.number()),
  stop: z.array(z.string()),
  json_schema: z.record(z.string(), z.json()).optional(),
  logprobs: Count.optional(),
  /** Left out where nothing is guessed. */
  prompt_lookup_tokens: Count.optional(),
  draft: z.looseObject({ model: Text, precision: Precision.optional(), tokens: z.int().min(1) }).optional(),
  n: z.int().min(1),
});
export type SettledSampling = z.infer<typeof SettledSampling>;

/** Inputs that somebody else answered before: another node, or this one in another run. */
export const Segment = z.looseObject({
  inputs: z.int().min(1),
  node: Address,
  run: Address.nullable(),
  /** Address of the document in which that node has signed its answers. */
  partial: Text.optional(),
});
export type Segment = z.infer<typeof Segment>;

/**
 * What a node did, without its signature. Every group of fields that another engine may only have told is named in
 * `attestation`. Money is never in a receipt: the chain says it.
 */
export const UnsignedReceipt2 = z.looseObject({
  schema: z.literal(RECEIPT_SCHEMA_2),
  /** Which job on the chain this is for; null where it was run for none, or by a host that says none. */
  job: Address.nullable(),
  market: Address.nullable(),
  run: Address.nullable(),
  definition_cid: Text.nullable(),
  /** The address of the key that signs: the node's. */
  node: Address,
  /** Id of the op in the definition. */
  op: Text,
  spec_digest: Sha256Hex,
  /** The digest is of the weights; where the model is only claimed, of what the engine says of it. */
  model: z.looseObject({ name: Text, digest: Sha256Hex, parameters: Count.optional() }),
  task: Text,
  precision: z.enum([...Precision.options, 'bf16', 'fp8', 'unknown']),
  runtime: RuntimeFacts,
  /** What decides the last bits besides the schedule: runtime, its version, system and instruction set; null: unknown. */
  kernel_class: Text.nullable(),
  hardware: Hardware,
  inputs: z.int().min(1),
  /** Who answered the first of them, one after another, where it was not this node in this run. */
  resumed: z.array(Segment).optional(),
  /** Most rows that shared a step with one of this op. */
  batch: z.int().min(1),
  /** Rows that shared a step, on average over this op's steps. */
  batch_mean: z.number().min(1),
  /** `cached`: of the prompts' tokens, those that did not have to be read again. */
  tokens: z.looseObject({ prompt: Count, completion: Count, reasoning: Count, cached: Count }),
  /** Of the whole op, whose inputs run side by side; queue, load and first token are those of its first input. */
  timing_ms: z.looseObject({
    queue: Milliseconds,
    load: Milliseconds,
    first_token: Milliseconds,
    total: Milliseconds,
  }),
  output_digest: Sha256Hex,
  seed: Count,
  /** Of text generation. */
  sampling: SettledSampling.optional(),
  /** Of other tasks: the parameters that the spec gives. */
  params: z.record(z.string(), z.json()).optional(),
  /** How steps were cut; of text generation. */
  schedule: z
    .looseObject({
      prefill_chunk: z.int().min(1),
      kv_rule: Text,
      shared: z.boolean(),
      /** Computed in steps of several rows only, where a row alone would have other last bits. */
      together: z.literal(true).optional(),
      hindrance: Text.optional(),
      /** By which rule tokens were guessed, where they were. */
      draft_rule: Text.optional(),
      /** Whose guesses they were, where a model made them. */
      draft_model: z.looseObject({ name: Text, digest: Sha256Hex, precision: Text }).optional(),
    })
    .optional(),
  /** What binds the node to the logits; see decision 0025. */
  commitment: z
    .looseObject({
      scheme: Text,
      /** sha256 of the canonical JSON of the op's `commitments`. */
      digest: Sha256Hex,
    })
    .optional(),
  attestation: z.looseObject({
    model: Attestation,
    runtime: Attestation,
    hardware: Attestation,
    tokens: Attestation,
    timing: Attestation,
    sampling: Attestation,
    output: Attestation,
  }),
  started_at: UnixSeconds,
  finished_at: UnixSeconds,
});
export type UnsignedReceipt2 = z.infer<typeof UnsignedReceipt2>;

export const Receipt2 = UnsignedReceipt2.extend({ signature: Signature });
export type Receipt2 = z.infer<typeof Receipt2>;
