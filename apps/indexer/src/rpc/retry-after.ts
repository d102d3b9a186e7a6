/** No server is obeyed for longer: a wrong header must not stop the index for hours. */
const MAX_MS = 120_000;

/** Milliseconds that a Retry-After header asks to wait (seconds or a date); undefined where it says neither. */
export function retryAfterMs(header: string | null, now: number): number | undefined {
  if (header === null || header.trim() === '') return undefined;
  const seconds = Number(header);
  const wait = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(header) - now;
  return Number.isFinite(wait) ? Math.min(MAX_MS, Math.max(0, wait)) : undefined;
}
