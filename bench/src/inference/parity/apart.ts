export interface Compared {
  /** Numbers that were compared. */
  readonly numbers: number;
  /** The most that two of them are apart. */
  readonly difference: number;
  /** What must be the same and is not. */
  readonly problem?: string;
}

/** Compares numbers place by place; as many as there must be, and all of them numbers. */
export function apart(ours: readonly number[], theirs: readonly number[]): Compared {
  const numbers = theirs.length;
  if (ours.length !== numbers || numbers === 0) {
    return { numbers, difference: Number.MAX_VALUE, problem: `${ours.length} numbers, theirs ${numbers}` };
  }
  const differences = ours.map((value, at) => Math.abs(value - (theirs[at] ?? Number.NaN)));
  const difference = differences.reduce((most, one) => Math.max(most, one), 0);
  return Number.isNaN(difference)
    ? { numbers, difference: Number.MAX_VALUE, problem: 'some are no numbers' }
    : { numbers, difference };
}

/** Logits up to the constant that says nothing. */
export function logProbabilities(logits: readonly number[]): number[] {
  const peak = Math.max(...logits);
  const total = peak + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - peak), 0));
  return logits.map((logit) => logit - total);
}
