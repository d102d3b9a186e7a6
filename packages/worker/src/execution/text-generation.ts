import {
  commitmentSalt,
  type Sampling,
  samplingOf,
  seedOfInput,
  type TextGenerationSpec,
} from '@inferscan/formats';
import {
  type GenerationRequest,
  type GenerationResult,
  type InferenceEngine,
  InferenceError,
} from '@inferscan/inference';

import { backoffMs, pause } from '../chain/retry.js';
import { textAnswer } from '../result/answer.js';
import type { AnswerInputs } from './answer-inputs.js';

/** What a commitment to the logits is made for. */
export interface CommittedTo {
  node: string;
  run: string | null;
  op: string;
}

/** What an engine is asked for the prompt at `index` of a spec. */
export function requestFor(
  spec: TextGenerationSpec,
  sampling: Sampling,
  prompt: string,
  index: number,
  committedTo: CommittedTo,
): GenerationRequest {
  return {
    ...sampling,
    model: spec.model,
    precision: spec.precision,
    prompt,
    seed: seedOfInput(sampling.seed, index, sampling.n),
    commitment: { salt: commitmentSalt(committedTo, index) },
  };
}

/** Answers prompts, which share the steps of the engine; each gets what it would get alone. */
export function answerPrompts(
  engine: InferenceEngine,
  spec: TextGenerationSpec,
  prompts: readonly string[],
  committedTo: (index: number) => CommittedTo,
): AnswerInputs {
  const sampling = samplingOf(spec);
  // By the definition alone, so that whoever repeats a part of it computes the same bits.
  const together = prompts.length > 1 || sampling.n > 1;
  return {
    count: prompts.length,
    // As many as share a step by default; each of their completions is a row of its own.
    atOnce: Math.max(1, Math.floor(32 / sampling.n)),
    async answer(index, signal) {
      const request = requestFor(spec, sampling, prompts[index] ?? '', index, committedTo(index));
      return textAnswer(await generate(engine, { ...request, together }, signal));
    },
  };
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
