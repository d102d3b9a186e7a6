/** A share with the range in which the true one lies; all three from 0 to 1, low <= estimate <= high. */
export interface Interval {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/** Standard normal quantile of a two-sided 95 % interval. */
export const Z_95 = 1.959963984540054;

function requireCount(name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new RangeError(`${name} must be a whole number from 0 on, got ${value}`);
  }
}

/**
 * Wilson's score interval of a binomial share, without continuity correction:
 * (p + z²/2n ± z √(p(1−p)/n + z²/4n²)) / (1 + z²/n) with p = successes / n.
 * It stays within 0 and 1 and keeps its coverage for few trials and shares near the ends,
 * which the normal approximation does not.
 * Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
 * Journal of the American Statistical Association 22 (1927), 209-212.
 *
 * Without trials nothing is known: estimate 0.5, from 0 to 1.
 * Throws RangeError for counts that are not whole, successes above trials, or z that is not positive.
 */
export function wilsonInterval(successes: number, trials: number, z: number = Z_95): Interval {
  requireCount('successes', successes);
  requireCount('trials', trials);
  if (successes > trials) throw new RangeError(`successes ${successes} exceed trials ${trials}`);
  if (!(z > 0 && Number.isFinite(z))) throw new RangeError(`z must be positive, got ${z}`);
  if (trials === 0) return { estimate: 0.5, low: 0, high: 1 };
  const estimate = successes / trials;
  const square = z ** 2 / trials;
  const scale = 1 + square;
  const center = (estimate + square / 2) / scale;
  const half = (z * Math.sqrt((estimate * (1 - estimate)) / trials + square / (4 * trials))) / scale;
  // Exact at the ends, where rounding would leave the bounds a hair off the estimate.
  const low = successes === 0 ? 0 : Math.min(Math.max(center - half, 0), estimate);
  const high = successes === trials ? 1 : Math.max(Math.min(center + half, 1), estimate);
  return { estimate, low, high };
}
