import { z } from 'zod';
import type { GenerationResult, InferenceEngine, TokenCounts } from '../contract.js';
import { InferenceError } from '../errors.js';
import { type GenerationRequest, parseRequest } from '../request.js';
import { countVotes, fewestToDecide, isDecided } from './vote.js';

/** Samples that share steps; more would crowd others out. */
const MAX_WAVE = 8;

const optionsSchema = z.strictObject({
  /** Most samples to draw. */
  samples: z.int().min(1).max(1_000),
  /** Most tokens that all samples together may generate; without it, what the samples come to. */
  tokenBudget: z.int().min(1).max(100_000_000).optional(),
});

export type SelfConsistencyOptions = z.input<typeof optionsSchema> & {
  readonly signal?: AbortSignal | undefined;
};

/** An answer on which several samples agreed more than on any other. */
export interface VotedAnswer {
  /** Empty where no sample came to its end. */
  readonly text: string;
  /** Samples that gave this answer. */
  readonly votes: number;
  /** Samples drawn, those included that were cut off and could not vote. */
  readonly drawn: number;
  /** samples: all were drawn; decided: more could not change the answer; budget: the tokens were used up. */
  readonly ended: 'samples' | 'decided' | 'budget';
  /** The prompt counts once for every sample, as it is computed for every one. */
  readonly tokens: TokenCounts;
  /** Every sample in the order drawn, seed `request.seed + index`. */
  readonly results: readonly GenerationResult[];
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
  options: SelfConsistencyOptions,
): Promise<VotedAnswer> {
  const { signal, ...rest } = options;
  const parsed = optionsSchema.safeParse(rest);
  if (!parsed.success) throw new InferenceError('bad_request', z.prettifyError(parsed.error));
  const { samples, tokenBudget = Number.POSITIVE_INFINITY } = parsed.data;
  const { seed, maxTokens, temperature } = parseRequest(request);
  if (temperature === 0 && samples > 1) {
    throw new InferenceError('bad_request', 'temperature: must be above 0, or all samples are the same');
  }
  const results: GenerationResult[] = [];
  let spent = 0;
  let ended: VotedAnswer['ended'] = 'samples';
  while (results.length < samples) {
    if (spent >= tokenBudget) {
      ended = 'budget';
      break;
    }
    const drawn = await Promise.all(
      Array.from({ length: waveOf(results) }, (_, i) =>
        engine.generate(
          {
            ...request,
            seed: seed + results.length + i,
            maxTokens: Math.min(maxTokens, tokenBudget - spent),
          },
          { signal },
        ),
      ),
    );
    results.push(...drawn);
    spent = sumTokens(results).completion;
    const standing = countVotes(answersOf(results));
    if (standing !== null && results.length < samples && isDecided(standing, samples - results.length)) {
      ended = 'decided';
      break;
    }
  }

  /** How many samples to draw at once: none that one by one would not be drawn, so that nothing is spent for speed. */
  function waveOf(given: readonly GenerationResult[]): number {
    // Under a budget each sample depends on what those before it used up.
    if (tokenBudget !== Number.POSITIVE_INFINITY) return 1;
    return Math.min(MAX_WAVE, fewestToDecide(countVotes(answersOf(given)), samples - given.length));
  }

  const standing = countVotes(answersOf(results));
  return {
    text: standing?.answer ?? '',
    votes: standing?.votes ?? 0,
    drawn: results.length,
    ended,
    tokens: sumTokens(results),
    results,
  };
}

/** Of a sample that was cut off nobody knows what it would have answered. */
function answersOf(results: readonly GenerationResult[]): string[] {
  return results.filter(({ finishReason }) => finishReason === 'stop').map(({ text }) => text.trim());
}

function sumTokens(results: readonly GenerationResult[]): TokenCounts {
  const sum = (count: (tokens: TokenCounts) => number): number =>
    results.reduce((total, { tokens }) => total + count(tokens), 0);
  return {
    prompt: sum(({ prompt }) => prompt),
    completion: sum(({ completion }) => completion),
    reasoning: sum(({ reasoning }) => reasoning),
  };
}
