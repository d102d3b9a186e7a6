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

/** Of receipts without a commitment, as nodes wrote them first; they stay readable. */
export const RECEIPT_SCHEMA = 'inferscan.receipt/1';

/** What a node measured and did, without its signature. Money is never in a receipt: the chain says it. */
export const UnsignedReceipt1 = z.looseObject({
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
  runtime: RuntimeFacts,
  hardware: Hardware,
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

export const Receipt1 = UnsignedReceipt1.extend({ signature: Signature });
