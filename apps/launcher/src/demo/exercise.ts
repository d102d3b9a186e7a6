import { inferenceDefinition, type JobDefinition } from '@inferscan/formats';

/** Two factors of at most three and two digits, what the shipped model was trained on. */
export interface Multiplication {
  readonly left: number;
  readonly right: number;
}

/** What one demo job asks. */
export interface Exercise {
  readonly questions: readonly Multiplication[];
  readonly reasoning: boolean;
}

/** Questions in a batch job: enough for a run of a second or two, so that its life line can be watched. */
const BATCH = 100;

/**
 * Draws what to ask; `below(n)` gives a whole number from 0 to n - 1. Two of three jobs think before they
 * answer, one of three is a batch.
 */
export function drawExercise(below: (limit: number) => number): Exercise {
  const reasoning = below(3) > 0;
  const count = below(3) === 0 ? BATCH : 1;
  const questions = Array.from({ length: count }, () => ({ left: 2 + below(998), right: 2 + below(98) }));
  return { questions, reasoning };
}

/** The job that asks the shipped model. */
export function exerciseJob({ questions, reasoning }: Exercise, seed: number): JobDefinition {
  return inferenceDefinition(
    {
      model: 'arithmetic',
      task: 'text-generation',
      inputs: questions.map(({ left, right }) => `${left}*${right}`),
      params: { reasoning, temperature: 0, seed },
    },
    { trigger: 'cli' },
  );
}
