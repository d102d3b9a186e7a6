/** A share and the range that it is likely in. All from 0 to 1. */
export interface Interval {
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
}

/** Standard normal quantile of a two-sided 95 % interval. */
export const Z_95 = 1.959963984540054;

/**
 * Wilson's score interval of a binomial share: unlike the normal approximation it stays inside 0 to 1, and is
 * honest for few trials and for shares near the ends.
 *
 * Source: E. B. Wilson (1927), "Probable inference, the law of succession, and statistical inference",
 * Journal of the American Statistical Association 22, 209–212.
 *
 * @param successes whole number, 0 to `trials`
 * @param trials whole number, at least 1
 * @param z standard normal quantile; 95 % unless given
 * @throws RangeError for counts outside these ranges
 */
export function wilsonInterval(successes: number, trials: number, z: number = Z_95): Interval {
  if (!Number.isSafeInteger(trials) || trials < 1) {
    throw new RangeError(`trials must be a whole number of at least 1, not ${trials}`);
  }
  if (!Number.isSafeInteger(successes) || successes < 0 || successes > trials) {
    throw new RangeError(`successes must be a whole number from 0 to ${trials}, not ${successes}`);
  }
  const estimate = successes / trials;
  const z2 = z * z;
  const center = (estimate + z2 / (2 * trials)) / (1 + z2 / trials);
  const half =
    (z / (1 + z2 / trials)) * Math.sqrt((estimate * (1 - estimate)) / trials + z2 / (4 * trials * trials));
  // Rounding may leave the ends a hair beyond what the formula gives exactly.
  return {
    estimate,
    lower: Math.min(estimate, Math.max(0, center - half)),
    upper: Math.max(estimate, Math.min(1, center + half)),
  };
}
