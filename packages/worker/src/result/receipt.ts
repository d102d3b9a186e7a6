import {
  canonicalDigest,
  outputDigest,
  RECEIPT_SCHEMA,
  type Receipt,
  type Sampling,
  type SignBytes,
  signReceipt,
  type TextGenerationOutput,
  type TextGenerationSpec,
} from '@inferscan/formats';
import type { GenerationResult } from '@inferscan/inference';

import type { HardwareReport } from '../hardware/report.js';

/** Which job on which chain accounts a receipt is for. */
export interface JobReference {
  job: string;
  market: string;
  node: string;
  run: string;
  definitionCid: string;
}

export interface ReceiptFacts {
  reference: JobReference;
  opId: string;
  spec: TextGenerationSpec;
  sampling: Sampling;
  /** One per input, in order; at least one. */
  generations: readonly GenerationResult[];
  outputs: readonly TextGenerationOutput[];
  hardware: HardwareReport;
  /** From giving the first input to the engine to having the last result. */
  elapsedMs: number;
  /** Unix milliseconds. */
  startTime: number;
  endTime: number;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** What an engine answers for one input, as the result holds it. */
export function outputOf(generation: GenerationResult): TextGenerationOutput {
  return {
    text: generation.text,
    reasoning: generation.reasoningText,
    finish_reason: generation.finishReason,
    token_ids: [...generation.tokenIds],
    tokens: { ...generation.tokens },
  };
}

/**
 * The signed receipt of one inference op. Its inputs run side by side, so that times are those of the whole op: the total is what
 * the clock showed, load what was waited for the model, queue and first token those of the first input.
 * @throws RangeError without a generation
 */
export function receiptOf(facts: ReceiptFacts, sign: SignBytes): Promise<Receipt> {
  const { reference, generations, sampling } = facts;
  const first = generations[0];
  if (!first) throw new RangeError('a receipt needs at least one generation');
  return signReceipt(
    {
      schema: RECEIPT_SCHEMA,
      job: reference.job,
      market: reference.market,
      node: reference.node,
      run: reference.run,
      op: facts.opId,
      definition_cid: reference.definitionCid,
      spec_digest: canonicalDigest(facts.spec),
      model: { name: first.model.name, digest: first.model.digest, parameters: first.model.parameters },
      task: facts.spec.task,
      precision: first.model.precision,
      runtime: { ...first.runtime },
      hardware: { ...facts.hardware, gpus: facts.hardware.gpus.map((gpu) => ({ ...gpu })) },
      batch: Math.max(...generations.map(({ sharing }) => sharing.mostRows), 1),
      tokens: {
        prompt: sum(generations.map((generation) => generation.tokens.prompt)),
        completion: sum(generations.map((generation) => generation.tokens.completion)),
        reasoning: sum(generations.map((generation) => generation.tokens.reasoning)),
      },
      timing_ms: {
        queue: first.timing.queueMs,
        load: first.timing.loadMs,
        first_token: first.timing.firstTokenMs,
        total: facts.elapsedMs,
      },
      output_digest: outputDigest(facts.outputs),
      seed: sampling.seed,
      sampling: {
        temperature: sampling.temperature,
        top_k: sampling.topK,
        top_p: sampling.topP,
        max_tokens: sampling.maxTokens,
      },
      schedule: { prefill_chunk: first.schedule.prefillChunk, kv_rule: first.schedule.kvRule },
      started_at: Math.floor(facts.startTime / 1000),
      finished_at: Math.floor(facts.endTime / 1000),
    },
    sign,
  );
}
