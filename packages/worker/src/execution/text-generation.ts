import { type Sampling, samplingOf, seedOfInput, type TextGenerationSpec } from '@inferscan/formats';
import {
  type GenerationRequest,
  type GenerationResult,
  type InferenceEngine,
  InferenceError,
} from '@inferscan/inference';

import { backoffMs, pause } from '../chain/retry.js';
import { inOrder } from './in-order.js';

/** What goes wrong with one input of several. */
export class InputError extends Error {
  override readonly name = 'InputError';
  constructor(
    readonly index: number,
    override readonly cause: unknown,
  ) {
    super(`inputs[${index}]: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

/** Inputs that are with the engine at one time: as many as share a step of it by default. */
const AT_ONCE = 32;

/** What the engine is asked for the input at `index`. */
function requestFor(
  spec: TextGenerationSpec,
  sampling: Sampling,
  prompt: string,
  index: number,
): GenerationRequest {
  return {
    ...sampling,
    model: spec.model,
    precision: spec.precision,
    prompt,
    seed: seedOfInput(sampling.seed, index),
  };
}

/**
 * Generates for all prompts, which share the steps of the engine; each gets what it would get alone.
 * @param done told of every generation in the order of the prompts
 * @throws InputError for the first prompt that cannot be answered, when all before it are; the signal's reason when it aborts
 */
export function generateAll(
  engine: InferenceEngine,
  spec: TextGenerationSpec,
  prompts: readonly string[],
  done: (index: number, generation: GenerationResult) => void,
  signal: AbortSignal,
): Promise<void> {
  const sampling = samplingOf(spec);
  return inOrder(
    {
      count: prompts.length,
      atOnce: AT_ONCE,
      async work(index, stop) {
        try {
          return await generate(engine, requestFor(spec, sampling, prompts[index] ?? '', index), stop);
        } catch (error) {
          throw new InputError(index, error);
        }
      },
      done,
    },
    signal,
  );
}

/** Waits where others have filled the engine: a job is not lost for that. */
async function generate(
  engine: InferenceEngine,
  request: GenerationRequest,
  signal: AbortSignal,
): Promise<GenerationResult> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await engine.generate(request, { signal });
    } catch (error) {
      if (!(error instanceof InferenceError && error.code === 'overloaded')) throw error;
      await pause(backoffMs(attempt, { baseMs: 20, capMs: 1_000 }), signal);
    }
  }
}
