const pad = (value: number, width = 2): string => value.toString().padStart(width, '0');

/** 2026-11-23 14:02:11 UTC */
export function utcText(unixSeconds: number): string {
  return `${utcDay(unixSeconds)} ${utcClock(unixSeconds)} UTC`;
}

/** 14:02:11 */
export function utcClock(unixSeconds: number): string {
  const date = new Date(unixSeconds * 1_000);
  return `${pad(date.getUTCHours())}:${pad(date.getUTCMinutes())}:${pad(date.getUTCSeconds())}`;
}

/** 2026-11-23 */
export function utcDay(unixSeconds: number): string {
  const date = new Date(unixSeconds * 1_000);
  return `${pad(date.getUTCFullYear(), 4)}-${pad(date.getUTCMonth() + 1)}-${pad(date.getUTCDate())}`;
}

/** For the datetime attribute of a time element. */
export const isoTime = (unixSeconds: number): string => new Date(unixSeconds * 1_000).toISOString();

/**
 * How long ago, in the largest whole unit: now, 12 s ago, 3 min ago, 5 h ago, 2 days ago; from 30 days on the day.
 * What lies ahead reads "in 3 min".
 */
export function relativeText(unixSeconds: number, nowSeconds: number): string {
  const ago = Math.floor(nowSeconds - unixSeconds);
  const distance = Math.abs(ago);
  if (distance < 2) return 'now';
  const days = Math.floor(distance / 86_400);
  if (days >= 30) return utcDay(unixSeconds);
  const amount =
    days > 0
      ? `${days} ${days === 1 ? 'day' : 'days'}`
      : distance >= 3_600
        ? `${Math.floor(distance / 3_600)} h`
        : distance >= 60
          ? `${Math.floor(distance / 60)} min`
          : `${distance} s`;
  return ago < 0 ? `in ${amount}` : `${amount} ago`;
}
