import type { TokenLogprobs } from '../contract.js';
import { at, ranked } from './ranking.js';

/**
 * Natural logarithms of the probabilities that the model itself gives.
 * @param top how many of the most likely tokens to give besides the chosen one
 * @param bytesOf what a token adds to the text
 */
export function logprobsOf(
  logits: ArrayLike<number>,
  id: number,
  top: number,
  bytesOf: (id: number) => readonly number[],
): TokenLogprobs {
  let peak = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < logits.length; i++) peak = Math.max(peak, at(logits, i));
  let sum = 0;
  for (let i = 0; i < logits.length; i++) sum += Math.exp(at(logits, i) - peak);
  const total = peak + Math.log(sum);
  const one = (which: number) => ({
    id: which,
    logprob: at(logits, which) - total,
    bytes: bytesOf(which),
  });
  return { ...one(id), top: ranked(logits, top).map(one) };
}
