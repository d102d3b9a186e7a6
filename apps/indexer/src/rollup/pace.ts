/** Hours counted in one transaction at most: few enough to fit in memory. */
export const MAX_HOURS = 7 * 24;
/** Hours counted in the first transaction. */
export const FIRST_HOURS = 24;

/**
 * A transaction that counts takes about so long: one that is asked to stop waits for it, and what is behind shows that it moves. In shorter
 * ones summing the day again, after each of its hours, is a third of the work.
 */
const WANTED_MS = 4_000;

/** Marked hours from which on it is behind, as after a load: more than a busy day's documents and prices leave. */
const BEHIND = 24;
/**
 * Rests so many times as long as it counted. The hour that goes on is marked by every commit, and where much happens counting it
 * took 430 ms before it was made cheaper: at a third of the time that was a fifth of a core.
 */
const REST = 9;
/** The same where it is behind: old hours are counted once, and pages show too little until then. */
const REST_BEHIND = 1 / 4;

/**
 * How many hours to count in the next transaction, after one that was to count `atOnce` at most: twice as many or half as many,
 * where it took too little or too long.
 */
export function nextHours(atOnce: number, counted: number, tookMs: number): number {
  if (tookMs > 2 * WANTED_MS) return Math.max(1, Math.floor(Math.min(atOnce, counted) / 2));
  // A short stretch says nothing of long ones.
  if (tookMs < WANTED_MS / 2 && counted >= atOnce) return Math.min(MAX_HOURS, atOnce * 2);
  return atOnce;
}

/** Whether so many marked hours are more than what keeps coming. */
export const isFarBehind = (left: number): boolean => left > BEHIND;

/** Milliseconds to rest after so much work, with so many hours still marked. */
export const restOf = (workedMs: number, left: number): number =>
  workedMs * (isFarBehind(left) ? REST_BEHIND : REST);
