import { z } from 'zod';
import type { GenerationResult, InferenceEngine, TokenCounts } from '../contract.js';
import { InferenceError } from '../errors.js';
import { type GenerationRequest, parseRequest } from '../request.js';

const optionsSchema = z.strictObject({
  /** Most samples to draw. */
  samples: z.int().min(1).max(1_000),
  /** Most tokens that all samples together may generate; without it, what the samples come to. */
  tokenBudget: z.int().min(1).max(100_000_000).optional(),
});

export type SamplesOptions = z.input<typeof optionsSchema> & {
  readonly signal?: AbortSignal | undefined;
};

/** How an answer is made of samples. */
export interface SamplesRule {
  /** How many of those that remain may be drawn at once, as none of them can turn out to be needless. */
  wave(given: readonly GenerationResult[], remaining: number): number;
  /** Whether those that remain cannot change the answer. */
  isDecided(given: readonly GenerationResult[], remaining: number): boolean;
}

export interface Samples {
  /** Every sample in the order drawn, seed `request.seed + index`. */
  readonly results: readonly GenerationResult[];
  /** samples: all were drawn; decided: more could not change the answer; budget: the tokens were used up. */
  readonly ended: 'samples' | 'decided' | 'budget';
  /** The prompt counts once for every sample, as it is computed for every one. */
  readonly tokens: TokenCounts;
}

/** @throws InferenceError bad_request, and what the engine throws */
export async function drawSamples(
  engine: Pick<InferenceEngine, 'generate'>,
  request: GenerationRequest,
  { signal, ...rest }: SamplesOptions,
  rule: SamplesRule,
): Promise<Samples> {
  const parsed = optionsSchema.safeParse(rest);
  if (!parsed.success) throw new InferenceError('bad_request', z.prettifyError(parsed.error));
  const { samples, tokenBudget = Number.POSITIVE_INFINITY } = parsed.data;
  const { seed, maxTokens, temperature } = parseRequest(request);
  if (temperature === 0 && samples > 1) {
    throw new InferenceError('bad_request', 'temperature: must be above 0, or all samples are the same');
  }
  const results: GenerationResult[] = [];
  const made = (ended: Samples['ended']) => ({ results, ended, tokens: sumTokens(results) });
  while (results.length < samples) {
    const left = tokenBudget - sumTokens(results).completion;
    if (left <= 0) return made('budget');
    // Under a budget each sample depends on what those before it used up.
    const remaining = samples - results.length;
    const wave = tokenBudget === Number.POSITIVE_INFINITY ? rule.wave(results, remaining) : 1;
    const drawn = await Promise.all(
      Array.from({ length: wave }, (_, i) =>
        engine.generate(
          { ...request, seed: seed + results.length + i, maxTokens: Math.min(maxTokens, left) },
          { signal },
        ),
      ),
    );
    results.push(...drawn);
    if (results.length < samples && rule.isDecided(results, samples - results.length)) return made('decided');
  }
  return made('samples');
}

/** Of a sample that was cut off nobody knows what it would have answered. */
export function finished(results: readonly GenerationResult[]): GenerationResult[] {
  return results.filter(({ finishReason }) => finishReason === 'stop');
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
