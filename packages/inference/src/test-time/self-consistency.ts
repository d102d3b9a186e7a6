import type { GenerationResult, InferenceEngine } from '../contract.js';
import type { GenerationRequest } from '../request.js';
import { drawSamples, finished, type Samples, type SamplesOptions } from './samples.js';
import { countVotes, fewestToDecide, isDecided } from './vote.js';

/** Samples that share steps; more would crowd others out. */
const MAX_WAVE = 8;

/** An answer on which several samples agreed more than on any other. */
export interface VotedAnswer extends Samples {
  /** Empty where no sample came to its end. */
  readonly text: string;
  /** Samples that gave this answer. */
  readonly votes: number;
  /** Samples drawn, those included that were cut off and could not vote. */
  readonly drawn: number;
}

/**
 * Self-consistency (Wang et al., "Self-Consistency Improves Chain of Thought Reasoning in Language Models", ICLR 2023):
 * samples several answers and takes the one given most often. Buys accuracy with tokens where samples err in different ways. Ends
 * as soon as further samples cannot change the answer, so its result is that of all samples. The same request gives the same
 * answer.
 *
 * @param request its temperature must be above 0; its maxTokens bounds each sample
 * @throws InferenceError bad_request, and what the engine throws
 */
export async function answerByVote(
  engine: Pick<InferenceEngine, 'generate'>,
  request: GenerationRequest,
  options: SamplesOptions,
): Promise<VotedAnswer> {
  const drawn = await drawSamples(engine, request, options, {
    wave: (given, remaining) => Math.min(MAX_WAVE, fewestToDecide(countVotes(answersOf(given)), remaining)),
    isDecided(given, remaining) {
      const standing = countVotes(answersOf(given));
      return standing !== null && isDecided(standing, remaining);
    },
  });
  const standing = countVotes(answersOf(drawn.results));
  return {
    text: standing?.answer ?? '',
    votes: standing?.votes ?? 0,
    drawn: drawn.results.length,
    ...drawn,
  };
}

function answersOf(results: readonly GenerationResult[]): string[] {
  return finished(results).map(({ text }) => text.trim());
}
