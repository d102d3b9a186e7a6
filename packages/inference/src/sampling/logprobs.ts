import type { TokenLogprobs } from '../contract.js';
import { at, ranked } from './ranking.js';

/**
 * Natural logarithms of the probabilities that the model itself gives.
 * @param top how many of the most likely tokens to give besides the chosen one
 */
export function logprobsOf(logits: ArrayLike<number>, id: number, top: number): TokenLogprobs {
  let peak = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < logits.length; i++) peak = Math.max(peak, at(logits, i));
  let sum = 0;
  for (let i = 0; i < logits.length; i++) sum += Math.exp(at(logits, i) - peak);
  const total = peak + Math.log(sum);
  return {
    id,
    logprob: at(logits, id) - total,
    top: ranked(logits, top).map((other) => ({ id: other, logprob: at(logits, other) - total })),
  };
}
