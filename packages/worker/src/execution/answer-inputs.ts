import type { Answer } from '../result/answer.js';
import { inOrder } from './in-order.js';

/** How the inputs of an op are answered, each by itself. */
export interface AnswerInputs {
  count: number;
  /** How many are with the engine at one time. */
  atOnce: number;
  answer(index: number, signal: AbortSignal): Promise<Answer>;
}

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

/**
 * Answers all inputs.
 * @param done told of every answer in the order of the inputs
 * @throws InputError for the first input that cannot be answered, when all before it are; the signal's reason when it aborts
 */
export function answerAll(
  inputs: AnswerInputs,
  done: (answer: Answer) => void,
  signal: AbortSignal,
): Promise<void> {
  return inOrder(
    {
      count: inputs.count,
      atOnce: inputs.atOnce,
      async work(index, stop) {
        try {
          return await inputs.answer(index, stop);
        } catch (error) {
          throw error instanceof InputError ? error : new InputError(index, error);
        }
      },
      done: (_, answer) => done(answer),
    },
    signal,
  );
}
