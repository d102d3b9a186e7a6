import { inferenceDefinition, type JobDefinition } from '@inferscan/formats';

/** One demo question: the factors are at most three and two digits, what the shipped model was trained on. */
export interface Multiplication {
  readonly left: number;
  readonly right: number;
  readonly reasoning: boolean;
}

/** Draws a question; `below(n)` gives a whole number from 0 to n - 1. Two of three think before they answer. */
export function drawMultiplication(below: (limit: number) => number): Multiplication {
  return { left: 2 + below(998), right: 2 + below(98), reasoning: below(3) > 0 };
}

/** The job that asks the shipped model this question. */
export function multiplicationJob(question: Multiplication, seed: number): JobDefinition {
  return inferenceDefinition(
    {
      model: 'arithmetic',
      task: 'text-generation',
      inputs: [`${question.left}*${question.right}`],
      params: { reasoning: question.reasoning, temperature: 0, seed },
    },
    { trigger: 'cli' },
  );
}
