import { canonicalJson } from '@inferscan/formats';

import type { Answer } from '../result/answer.js';
import { type AnswerInputs, answerAll } from './answer-inputs.js';
import { sample } from './sample.js';

/**
 * Repeats some answers of others and compares every bit. Whoever signs a result with them stands for them: that the other node says
 * who it is does not make its answers right.
 * @param inputs answered as those others did, so that commitments come out the same
 * @returns what was not the same; undefined where nothing was found
 */
export async function recheck(
  answers: readonly Answer[],
  inputs: AnswerInputs,
  signal: AbortSignal,
): Promise<string | undefined> {
  // The first too, as the receipt takes model, runtime and schedule from it.
  const chosen = [...new Set([0, ...sample(answers.length)])];
  const again: Answer[] = [];
  await answerAll(
    {
      count: chosen.length,
      atOnce: inputs.atOnce,
      answer: (place, stop) => inputs.answer(chosen[place] ?? 0, stop),
    },
    (answer) => again.push(answer),
    signal,
  );
  const place = again.findIndex((answer, at) => !isSame(answer, answers[chosen[at] ?? 0]));
  return place < 0 ? undefined : `the answer to inputs[${chosen[place]}] is another here`;
}

function isSame(here: Answer, there: Answer | undefined): boolean {
  return there !== undefined && canonicalJson(comparable(here)) === canonicalJson(comparable(there));
}

/** All that does not depend on when an answer was given, and beside which others. */
function comparable({ output, commitment, line, facts }: Answer): unknown {
  const { model, runtime, schedule, claimed, tokens } = facts;
  return {
    output,
    commitment,
    line,
    model,
    runtime: [runtime.name, runtime.version, runtime.provider],
    schedule: schedule && [
      schedule.prefillChunk,
      schedule.kvRule,
      schedule.together,
      schedule.draftRule,
      schedule.draftModel?.digest,
    ],
    claimed,
    tokens: [tokens.prompt, tokens.completion, tokens.reasoning],
  };
}
