import type { GenerationResult, InferenceEngine } from '../contract.js';
import type { GenerationRequest } from '../request.js';
import { drawSamples, finished, type Samples, type SamplesOptions } from './samples.js';

/** Samples that share steps; more would crowd others out. */
const MAX_WAVE = 8;

/** The answer of which the model is most sure. */
export interface LikeliestAnswer extends Samples {
  /** Empty where no sample came to its end. */
  readonly text: string;
  /** Mean log-probability of its tokens, reasoning included, by the model itself; undefined without an answer. */
  readonly meanLogprob: number | undefined;
  /** Samples drawn, those included that were cut off and could not win. */
  readonly drawn: number;
}

/**
 * Best of n: samples several answers and takes the one whose tokens have the highest mean log-probability, the first of equals. Unlike
 * a vote it needs no two answers to be the same, so it serves open questions too; it never ends early but for its budget.
 *
 * @param request its temperature must be above 0; its maxTokens bounds each sample
 * @throws InferenceError bad_request, and what the engine throws
 */
export async function answerByLikelihood(
  engine: Pick<InferenceEngine, 'generate'>,
  request: GenerationRequest,
  options: SamplesOptions,
): Promise<LikeliestAnswer> {
  const asked = { ...request, logprobs: request.logprobs ?? 0 };
  const drawn = await drawSamples(engine, asked, options, {
    wave: (_, remaining) => Math.min(MAX_WAVE, remaining),
    isDecided: () => false,
  });
  let best: { readonly text: string; readonly meanLogprob: number } | undefined;
  for (const result of finished(drawn.results)) {
    const meanLogprob = meanLogprobOf(result);
    if (best === undefined || meanLogprob > best.meanLogprob)
      best = { text: result.text.trim(), meanLogprob };
  }
  return {
    text: best?.text ?? '',
    meanLogprob: best?.meanLogprob,
    drawn: drawn.results.length,
    ...drawn,
  };
}

function meanLogprobOf({ logprobs = [] }: GenerationResult): number {
  return logprobs.reduce((sum, { logprob }) => sum + logprob, 0) / logprobs.length;
}
