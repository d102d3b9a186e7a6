/** What a job is for: an answer, or an endpoint that answers until its time is over. */
export type Purpose = 'answer' | 'service';

/** Time limits to choose from, seconds. */
const TIME_LIMITS: Readonly<Record<Purpose, readonly number[]>> = {
  answer: [30, 60, 120, 300, 600],
  service: [300, 600, 1_800, 3_600, 14_400],
};
export const DEFAULT_TIME_LIMIT: Readonly<Record<Purpose, number>> = { answer: 60, service: 600 };

/** The limits that a market allows: those up to its own one, or all where it states none. */
export function timeLimitsOf(marketTimeout: number, purpose: Purpose): number[] {
  const allowed = TIME_LIMITS[purpose].filter((limit) => marketTimeout <= 0 || limit <= marketTimeout);
  return allowed.length > 0 ? [...allowed] : [marketTimeout];
}

/** What a job costs at most and what must be there to post it. */
export interface Terms {
  /** Base units per second. */
  price: bigint;
  /** Seconds. */
  timeout: number;
  /** Base units: what goes into escrow, price × timeout. */
  escrow: bigint;
  /** Lamports for rent and fees; most of it comes back when the accounts close. */
  lamports: bigint;
}

/**
 * Rent of a job account (240 bytes) and a run account (120 bytes), three signatures, and what an account must keep
 * to live: (128 + bytes) × 6,960 lamports each, as the chain's rent sysvar has it.
 */
const LAMPORTS_NEEDED = (128n + 240n) * 6_960n + (128n + 120n) * 6_960n + 3n * 5_000n + 128n * 6_960n;

export function termsOf(price: bigint, timeout: number): Terms {
  return { price, timeout, escrow: price * BigInt(timeout), lamports: LAMPORTS_NEEDED };
}

/** What is missing to post a job; null when nothing is. */
export function shortfall(
  terms: Terms,
  balances: { lamports: bigint; nos: bigint },
): { lamports: bigint; nos: bigint } | null {
  const missing = (needed: bigint, has: bigint) => (needed > has ? needed - has : 0n);
  const lamports = missing(terms.lamports, balances.lamports);
  const nos = missing(terms.escrow, balances.nos);
  return lamports > 0n || nos > 0n ? { lamports, nos } : null;
}
