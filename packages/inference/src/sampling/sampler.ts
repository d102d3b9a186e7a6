import { type Layers, layersOf } from './layers.js';
import { findPlace, type Place } from './place.js';
import { at, FEW, ranked } from './ranking.js';

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

/** Where the tokens end that may be drawn: temperature acts first, then topK, then topP, then minP, as in Hugging Face's generation. */
function endOf(layers: Layers, { topK, topP, minP }: SamplingRule): Place {
  const most = topK > 0 ? topK : Number.POSITIVE_INFINITY;
  const { weight } = findPlace(layers, { count: most });
  // The most likely one always stays.
  return findPlace(layers, {
    count: most,
    ...(topP < 1 && { weight: Math.max(topP * weight, Number.MIN_VALUE) }),
    least: minP,
  });
}

/** The token at a place. */
function tokenAt(logits: ArrayLike<number>, { logit, equals }: Place): number {
  let left = equals;
  for (let id = 0; id < logits.length; id++) {
    if (logits[id] === logit && left-- === 0) return id;
  }
  return argmax(logits);
}

/** The few tokens that topK leaves, in order, as if they were all; undefined where it leaves more. */
function few(
  logits: ArrayLike<number>,
  { topK }: SamplingRule,
): { ids: number[]; logits: number[] } | undefined {
  if (topK === 0 || topK > FEW) return undefined;
  const ids = ranked(logits, topK);
  return { ids, logits: ids.map((id) => at(logits, id)) };
}

/** The tokens that may be drawn, most likely first (lowest id first among equals), with probabilities that sum to 1. */
export function candidates(logits: ArrayLike<number>, rule: SamplingRule): Candidate[] {
  const { ids, logits: values } = few(logits, rule) ?? { ids: undefined, logits };
  const layers = layersOf(values, rule.temperature);
  if (layers === undefined) return [{ id: argmax(logits), probability: 1 }];
  const { count, weight } = endOf(layers, rule);
  return ranked(values, count).map((which) => ({
    id: ids?.[which] ?? which,
    probability: layers.weightOf(at(values, which)) / weight,
  }));
}

/**
 * Draws the next token.
 * @param uniform a number in [0, 1); not used at temperature 0
 */
export function sampleToken(logits: ArrayLike<number>, rule: SamplingRule, uniform: number): number {
  if (rule.temperature === 0) return argmax(logits);
  const { ids, logits: values } = few(logits, rule) ?? { ids: undefined, logits };
  const layers = layersOf(values, rule.temperature);
  if (layers === undefined) return argmax(logits);
  const end = endOf(layers, rule);
  const place = findPlace(layers, { beyond: uniform * end.weight });
  // Rounding can leave the draw a hair behind the end.
  const isBehind = place.logit === undefined || place.count >= end.count;
  const drawn = tokenAt(values, isBehind ? findPlace(layers, { count: end.count - 1 }) : place);
  return ids?.[drawn] ?? drawn;
}
