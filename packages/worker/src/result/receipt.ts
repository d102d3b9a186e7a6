import {
  COMMITMENT_SCHEME,
  canonicalDigest,
  commitmentDigest,
  type InferenceSpec,
  outputDigest,
  RECEIPT_SCHEMA_2,
  type Receipt,
  type Segment,
  type SettledSampling,
  type SignBytes,
  samplingOf,
  signReceipt,
  type UnsignedReceipt2,
} from '@inferscan/formats';

import type { HardwareReport } from '../hardware/report.js';
import type { Answer, AnswerFacts } from './answer.js';
import { kernelClass } from './kernel-class.js';

/** Which job on which chain accounts a receipt is for; null where it is for none, or nobody says for which. */
export interface JobReference {
  job: string | null;
  market: string | null;
  node: string;
  run: string | null;
  definitionCid: string | null;
}

export interface ReceiptFacts {
  reference: JobReference;
  opId: string;
  spec: InferenceSpec;
  /** One per input, in order; at least one. */
  answers: readonly Answer[];
  hardware: HardwareReport;
  /** Who answered the first inputs before. */
  resumed?: readonly Segment[];
  /** From giving the first input to the engine to having the last result. */
  elapsedMs: number;
  /** Unix milliseconds. */
  startTime: number;
  endTime: number;
}

/** All of it was seen by the process that signs. */
const MEASURED = {
  model: 'measured',
  runtime: 'measured',
  hardware: 'measured',
  tokens: 'measured',
  timing: 'measured',
  sampling: 'measured',
  output: 'measured',
} as const;

/** Another engine ran it, of which only texts and times were seen here. */
const CLAIMED = {
  model: 'claimed',
  runtime: 'claimed',
  hardware: 'claimed',
  tokens: 'claimed',
  timing: 'measured',
  sampling: 'claimed',
  output: 'measured',
} as const;

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/**
 * The signed receipt of one inference op. Its inputs run side by side, so that times are those of the whole op: the total is what
 * the clock showed, load what was waited for the model, queue and first token those of the first input.
 * @throws RangeError without an answer
 */
export async function receiptOf(facts: ReceiptFacts, sign: SignBytes): Promise<Receipt> {
  const { reference, answers, spec } = facts;
  const [first] = answers;
  if (!first) throw new RangeError('a receipt needs at least one answer');
  const { model, runtime, timing } = first.facts;
  const isClaimed = answers.some((answer) => answer.facts.claimed);
  return signReceipt(
    {
      schema: RECEIPT_SCHEMA_2,
      job: reference.job,
      market: reference.market,
      node: reference.node,
      run: reference.run,
      op: facts.opId,
      definition_cid: reference.definitionCid,
      spec_digest: canonicalDigest(spec),
      model: {
        name: model.name,
        digest: model.digest,
        ...(model.parameters > 0 && { parameters: model.parameters }),
      },
      task: spec.task,
      precision: model.precision as UnsignedReceipt2['precision'],
      runtime: { ...runtime },
      kernel_class: isClaimed ? null : await kernelClass(runtime),
      hardware: { ...facts.hardware, gpus: facts.hardware.gpus.map((gpu) => ({ ...gpu })) },
      inputs: answers.length,
      ...(facts.resumed && facts.resumed.length > 0 && { resumed: facts.resumed.map((one) => ({ ...one })) }),
      ...sharingOf(answers.map((answer) => answer.facts)),
      tokens: {
        prompt: sum(answers.map((answer) => answer.facts.tokens.prompt)),
        completion: sum(answers.map((answer) => answer.facts.tokens.completion)),
        reasoning: sum(answers.map((answer) => answer.facts.tokens.reasoning)),
        cached: sum(answers.map((answer) => answer.facts.tokens.cached)),
      },
      timing_ms: {
        queue: timing.queueMs,
        load: timing.loadMs,
        first_token: timing.firstMs,
        total: facts.elapsedMs,
      },
      output_digest: outputDigest(answers.map(({ output }) => output)),
      ...parametersOf(spec),
      ...scheduleOf(first.facts),
      ...commitmentOf(answers),
      attestation: isClaimed ? CLAIMED : MEASURED,
      started_at: Math.floor(facts.startTime / 1000),
      finished_at: Math.floor(facts.endTime / 1000),
    },
    sign,
  );
}

function sharingOf(facts: readonly AnswerFacts[]): Pick<UnsignedReceipt2, 'batch' | 'batch_mean'> {
  const steps = sum(facts.map(({ sharing }) => sharing.steps));
  const rows = sum(facts.map(({ sharing }) => sharing.rows));
  return {
    batch: facts.reduce((most, { sharing }) => Math.max(most, sharing.mostRows), 1),
    batch_mean: steps === 0 ? 1 : Math.max(1, rows / steps),
  };
}

/** The parameters of a spec as its receipt says them. */
export function parametersOf(spec: InferenceSpec): Pick<UnsignedReceipt2, 'seed' | 'sampling' | 'params'> {
  if (spec.task === 'text-generation') return { seed: samplingOf(spec).seed, sampling: settled(spec) };
  const { seed, ...params }: Record<string, unknown> = { ...spec.params };
  return { seed: Number(seed ?? 0), params: params as NonNullable<UnsignedReceipt2['params']> };
}

/** Sampling under its names in the spec. */
function settled(spec: Extract<InferenceSpec, { task: 'text-generation' }>): SettledSampling {
  const sampling = samplingOf(spec);
  return {
    reasoning: sampling.reasoning,
    max_tokens: sampling.maxTokens,
    temperature: sampling.temperature,
    top_k: sampling.topK,
    top_p: sampling.topP,
    min_p: sampling.minP,
    repetition_penalty: sampling.repetitionPenalty,
    frequency_penalty: sampling.frequencyPenalty,
    presence_penalty: sampling.presencePenalty,
    logit_bias: sampling.logitBias,
    stop: sampling.stop,
    ...(sampling.jsonSchema && { json_schema: sampling.jsonSchema }),
    ...(sampling.logprobs !== undefined && { logprobs: sampling.logprobs }),
    ...(sampling.promptLookupTokens > 0 && { prompt_lookup_tokens: sampling.promptLookupTokens }),
    ...(sampling.draft && { draft: sampling.draft }),
    n: sampling.n,
  };
}

function scheduleOf({ schedule }: AnswerFacts): Pick<UnsignedReceipt2, 'schedule'> {
  if (!schedule) return {};
  const { prefillChunk, kvRule, shared, together, hindrance, draftRule, draftModel } = schedule;
  return {
    schedule: {
      prefill_chunk: prefillChunk,
      kv_rule: kvRule,
      shared,
      ...(together && { together }),
      ...(hindrance !== undefined && { hindrance: hindrance.slice(0, 500) }),
      ...(draftRule !== undefined && { draft_rule: draftRule }),
      ...(draftModel && { draft_model: { ...draftModel } }),
    },
  };
}

function commitmentOf(answers: readonly Answer[]): Pick<UnsignedReceipt2, 'commitment'> {
  const commitments = answers.flatMap(({ commitment }) => (commitment ? [commitment] : []));
  if (commitments.length < answers.length) return {};
  return { commitment: { scheme: COMMITMENT_SCHEME, digest: commitmentDigest(commitments) } };
}
