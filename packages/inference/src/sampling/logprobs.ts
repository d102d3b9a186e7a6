import type { TokenLogprobs } from '../contract.js';
import { layersOf } from './layers.js';
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
  const all = layersOf(logits, 1);
  const total = all
    ? all.peak + Math.log(all.layers.reduce((sum, { weight }) => sum + weight, 0))
    : Number.NaN;
  const one = (which: number) => ({
    id: which,
    logprob: at(logits, which) - total,
    bytes: bytesOf(which),
  });
  return { ...one(id), top: ranked(logits, top).map(one) };
}
