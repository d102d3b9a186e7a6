import { argmax, candidates, type SamplingRule } from '../sampling/sampler.js';

/**
 * Whether a token can be what a draw gives on a machine whose logits lie apart by no more than `tolerance`: with its own logit as
 * it is, lifted or lowered by twice that, the draw falls on it or beside it by no more than that can move its edges.
 * @param uniform what the draw rests on; not used at temperature 0
 */
export function isPlausible(
  logits: ArrayLike<number>,
  id: number,
  rule: SamplingRule,
  uniform: number,
  tolerance: number,
): boolean {
  if (!Number.isFinite(logits[id] ?? Number.NEGATIVE_INFINITY)) return false;
  return [0, 2 * tolerance, -2 * tolerance].some((shift) => {
    const shifted = Float64Array.from(logits);
    shifted[id] = (shifted[id] ?? 0) + shift;
    return rule.temperature === 0
      ? argmax(shifted) === id
      : falls(shifted, id, rule, uniform, Math.expm1((2 * tolerance) / rule.temperature));
  });
}

function falls(
  logits: ArrayLike<number>,
  id: number,
  rule: SamplingRule,
  uniform: number,
  slack: number,
): boolean {
  let low = 0;
  for (const choice of candidates(logits, rule)) {
    const high = low + choice.probability;
    if (choice.id === id) return uniform >= low - slack && uniform < high + slack;
    low = high;
  }
  return false;
}
