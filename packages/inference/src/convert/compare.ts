import * as ort from 'onnxruntime-node';
import type { ModelConfig } from '../loading/schemas.js';
import { argmax } from '../sampling/sampler.js';

/** A text with its prompt, as token ids. */
export interface SampleText {
  readonly ids: readonly number[];
  /** Tokens that were given, not predicted. */
  readonly promptTokens: number;
}

/** How far a converted decoder is from the one that it was made from, over predicted tokens. */
export interface DecoderComparison {
  readonly predictions: number;
  /** exp of the mean negative log-probability of the samples' tokens. */
  readonly perplexity: { readonly before: number; readonly after: number };
  /** Mean of sum p · ln(p / q), in nats: 0 for the same distribution. */
  readonly meanDivergence: number;
  readonly maxLogitDifference: number;
  /** Share of predictions whose most likely token is the same, from 0 to 1. */
  readonly sameChoice: number;
}

/** Runs both graphs over whole texts, without a cache, and compares what they predict at each place. */
export async function compareDecoders(
  before: ort.InferenceSession,
  after: ort.InferenceSession,
  config: ModelConfig,
  samples: readonly SampleText[],
): Promise<DecoderComparison> {
  let [predictions, divergence, difference, same] = [0, 0, 0, 0];
  const losses = { before: 0, after: 0 };
  for (const { ids, promptTokens } of samples) {
    const rows = {
      before: await logitsOf(before, config, ids),
      after: await logitsOf(after, config, ids),
    };
    for (let place = Math.max(0, promptTokens - 1); place < ids.length - 1; place++) {
      const [left, right] = [rows.before(place), rows.after(place)];
      const [p, q] = [logProbabilities(left), logProbabilities(right)];
      const next = ids[place + 1] ?? 0;
      losses.before -= p[next] ?? 0;
      losses.after -= q[next] ?? 0;
      for (let token = 0; token < left.length; token++) {
        const logP = p[token] ?? 0;
        divergence += Math.exp(logP) * (logP - (q[token] ?? 0));
        difference = Math.max(difference, Math.abs((left[token] ?? 0) - (right[token] ?? 0)));
      }
      if (argmax(left) === argmax(right)) same += 1;
      predictions += 1;
    }
  }
  if (predictions === 0) throw new RangeError('the samples have no tokens to predict');
  return {
    predictions,
    perplexity: {
      before: Math.exp(losses.before / predictions),
      after: Math.exp(losses.after / predictions),
    },
    meanDivergence: divergence / predictions,
    maxLogitDifference: difference,
    sameChoice: same / predictions,
  };
}

/** The logits after each token of a text. */
async function logitsOf(
  session: ort.InferenceSession,
  { layers, kvHeads, headDim, vocabSize }: ModelConfig,
  ids: readonly number[],
): Promise<(place: number) => Float32Array> {
  const integers = (values: readonly number[]): ort.Tensor =>
    new ort.Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length]);
  const empty = new ort.Tensor('float32', new Float32Array(0), [1, kvHeads, 0, headDim]);
  const feeds: Record<string, ort.Tensor> = {
    input_ids: integers(ids),
    attention_mask: integers(ids.map(() => 1)),
    position_ids: integers(ids.map((_, index) => index)),
  };
  for (let layer = 0; layer < layers; layer++) {
    feeds[`past_key_values.${layer}.key`] = empty;
    feeds[`past_key_values.${layer}.value`] = empty;
  }
  const { logits } = await session.run(feeds, ['logits']);
  const data = logits?.data;
  if (!(data instanceof Float32Array) || data.length !== ids.length * vocabSize) {
    throw new RangeError(`logits have shape [${logits?.dims.join(', ')}] of ${logits?.type}`);
  }
  return (place) => data.subarray(place * vocabSize, (place + 1) * vocabSize);
}

function logProbabilities(logits: Float32Array): Float64Array {
  const highest = logits.reduce((most, logit) => Math.max(most, logit), Number.NEGATIVE_INFINITY);
  const sum = logits.reduce((total, logit) => total + Math.exp(logit - highest), 0);
  return Float64Array.from(logits, (logit) => logit - highest - Math.log(sum));
}
