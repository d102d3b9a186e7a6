import { z } from 'zod';

/** The names of classes in config.json: {"0": "circle", …}, numbered without gaps. */
export const labelsSchema = z
  .record(z.string().regex(/^\d+$/, 'expected class numbers'), z.string())
  .transform((names, context) => {
    const labels = Object.keys(names).map((_, index) => names[String(index)]);
    const missing = labels.indexOf(undefined);
    if (labels.length > 0 && missing < 0) return labels.filter((label) => label !== undefined);
    context.addIssue({ code: 'custom', message: `class ${Math.max(0, missing)} has no name` });
    return z.NEVER;
  });

export interface ScoredLabel {
  readonly label: string;
  readonly index: number;
  /** Softmax over all classes. */
  readonly score: number;
}

/** Probabilities of logits, divided by a temperature. */
export function softmax(logits: ArrayLike<number>, temperature = 1): number[] {
  const values = Array.from(logits);
  const peak = values.reduce((highest, value) => Math.max(highest, value), Number.NEGATIVE_INFINITY);
  const weights = values.map((value) => Math.exp((value - peak) / temperature));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** The most likely classes, the first among equals first. */
export function bestLabels(
  logits: ArrayLike<number>,
  labels: readonly string[],
  most: number,
): ScoredLabel[] {
  const scored = softmax(logits).map((score, index) => ({ label: labels[index] ?? '', index, score }));
  return scored.sort((a, b) => b.score - a.score || a.index - b.index).slice(0, most);
}
