import { at, ranked } from './ranking.js';

export interface SamplingRule {
  /** 0: always the most likely token. */
  readonly temperature: number;
  /** 0: no limit. */
  readonly topK: number;
  /** 1: no limit. */
  readonly topP: number;
  /** 0: no limit. */
  readonly minP: number;
}

/** Index of the largest logit; the lowest index among equals. */
export function argmax(logits: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < logits.length; i++) {
    if (at(logits, i) > at(logits, best)) best = i;
  }
  return best;
}

export interface Candidate {
  readonly id: number;
  readonly probability: number;
}

/**
 * The tokens that may be drawn, most likely first (lowest id first among equals), with probabilities that sum
 * to 1. Temperature acts first, then topK, then topP, then minP, as in Hugging Face's generation.
 */
export function candidates(logits: ArrayLike<number>, rule: SamplingRule): Candidate[] {
  const kept = ranked(logits, rule.topK > 0 ? rule.topK : logits.length);
  const peak = at(logits, kept[0] ?? 0);
  const weights = kept.map((id) => Math.exp((at(logits, id) - peak) / rule.temperature));
  const total = weights.reduce((sum, weight) => sum + weight, 0);

  let count = 0;
  let mass = 0;
  while (count < kept.length && (count === 0 || mass < rule.topP * total)) {
    // The first weighs 1, as the most likely one of all; what weighs nothing must not be drawn by rounding.
    if (at(weights, count) < Math.max(rule.minP, Number.MIN_VALUE)) break;
    mass += at(weights, count++);
  }
  return kept.slice(0, count).map((id, i) => ({ id, probability: at(weights, i) / mass }));
}

/**
 * Draws the next token.
 * @param uniform a number in [0, 1); not used at temperature 0
 */
export function sampleToken(logits: ArrayLike<number>, rule: SamplingRule, uniform: number): number {
  if (rule.temperature === 0) return argmax(logits);
  const choices = candidates(logits, rule);
  let cumulative = 0;
  for (const choice of choices) {
    cumulative += choice.probability;
    if (uniform < cumulative) return choice.id;
  }
  // Rounding can leave the sum a hair below 1.
  return choices.at(-1)?.id ?? 0;
}
