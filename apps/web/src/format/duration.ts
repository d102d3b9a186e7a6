const two = (value: number): string => value.toString().padStart(2, '0');

/**
 * Whole seconds in the two largest units that matter: 48 s, 3 m 12 s, 1 h 04 m, 2 d 03 h.
 * The remainder is cut, as on a clock. Negative spans count as 0: clocks of two machines can disagree.
 */
export function durationText(seconds: number | bigint): string {
  const total = Math.max(0, Math.floor(Number(seconds)));
  const days = Math.floor(total / 86_400);
  const hours = Math.floor((total % 86_400) / 3_600);
  const minutes = Math.floor((total % 3_600) / 60);
  const rest = total % 60;
  if (days > 0) return `${days} d ${two(hours)} h`;
  if (hours > 0) return `${hours} h ${two(minutes)} m`;
  if (minutes > 0) return `${minutes} m ${two(rest)} s`;
  return `${rest} s`;
}

/** A length that is a setting, without its empty parts: 300 is 5 min, 90 is 1 m 30 s. */
export function spanText(seconds: number | bigint): string {
  const total = Math.max(0, Math.floor(Number(seconds)));
  if (total >= 86_400 && total % 86_400 === 0) return total === 86_400 ? '1 day' : `${total / 86_400} days`;
  if (total >= 3_600 && total % 3_600 === 0) return `${total / 3_600} h`;
  if (total >= 60 && total % 60 === 0) return `${total / 60} min`;
  return durationText(total);
}

/** A measured time in three digits: 0.42 ms, 412 ms, 2.41 s, then as {@link durationText}. */
export function millisecondsText(milliseconds: number): string {
  const value = Math.max(0, milliseconds);
  if (value < 10) return `${trim(value.toFixed(2))} ms`;
  if (value < 999.5) return `${Math.round(value)} ms`;
  if (value < 9_995) return `${(value / 1_000).toFixed(2)} s`;
  if (value < 59_950) return `${(value / 1_000).toFixed(1)} s`;
  return durationText(value / 1_000);
}

const trim = (text: string): string => text.replace(/\.?0+$/, '') || '0';

/** A median of whole seconds, which the chain's clock gives: below one it says so instead of claiming 0. */
export function medianText(seconds: number): string {
  return seconds < 1 ? '< 1 s' : durationText(seconds);
}

/** Machine-readable form for the datetime attribute: PT192S. */
export const isoDuration = (seconds: number | bigint): string =>
  `PT${Math.max(0, Math.floor(Number(seconds)))}S`;
