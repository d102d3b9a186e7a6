import { BENCH_SHAPE, FIRST_WORD } from './peers/llama-weights.js';
import { MODEL_NAME, wordOf } from './peers/write-models.js';

/** A request as the bench makes it. */
export interface BenchRequest {
  readonly model: string;
  readonly prompt: string;
  readonly reasoning: boolean;
  readonly maxTokens: number;
  readonly precision?: 'int4';
  readonly temperature: number;
  readonly seed: number;
}

/** Digits of the largest factors that each of the project's text models was trained with. */
export const MODEL_DIGITS: Readonly<Record<string, readonly [number, number]>> = {
  arithmetic: [3, 2],
  'long-multiplication': [5, 5],
  'long-multiplication-small': [5, 5],
  'many-ways': [3, 3],
};

/** Requests of mixed lengths: factors with few and many digits, with reasoning and without, greedy and not; always the same. */
export function mixedRequests(model: string, count: number): BenchRequest[] {
  const [first, second] = MODEL_DIGITS[model] ?? [1, 1];
  return Array.from({ length: count }, (_, n) => ({
    model,
    prompt: `${factor(n, 1 + (n % first))}*${factor(n + 17, 1 + ((n >> 1) % second))}`,
    reasoning: n % 4 !== 3,
    maxTokens: 100,
    temperature: n % 3 === 0 ? 0 : 0.8,
    seed: n,
  }));
}

/** Requests that all take about as long: the largest factors, with reasoning. */
export function longRequests(model: string, count: number): BenchRequest[] {
  const [first, second] = MODEL_DIGITS[model] ?? [1, 1];
  return Array.from({ length: count }, (_, n) => ({
    model,
    prompt: `${factor(n, first)}*${factor(n + 17, second)}`,
    reasoning: true,
    maxTokens: 100,
    temperature: 0,
    seed: n,
  }));
}

/** Requests of the decoder with random weights, all of one length: another text each, the prompt as long as the answer. */
export function randomRequests(count: number): BenchRequest[] {
  const words = BENCH_SHAPE.vocabulary - FIRST_WORD;
  return Array.from({ length: count }, (_, row) => ({
    model: MODEL_NAME,
    precision: 'int4',
    prompt: Array.from({ length: 64 }, (_, at) =>
      wordOf(FIRST_WORD + ((at * 7919 + row * 104_729) % words)),
    ).join(' '),
    reasoning: false,
    maxTokens: 64,
    temperature: 0,
    seed: row,
  }));
}

/** A number with so many digits, none of them 0 at the front; another one for each index. */
function factor(index: number, digits: number): number {
  const smallest = 10 ** (digits - 1);
  return smallest + ((index * 7919 + 13) % (9 * smallest));
}
