/** Says whether somebody may do something once more now. */
export interface RateLimit {
  /** Takes one turn of `who`; false, and nothing taken, when there is none left. */
  take(who: string): boolean;
}

/** Clients remembered at most; the longest quiet one is forgotten first. */
const REMEMBERED = 10_000;

/** A token bucket per client: `burst` turns at once, one more every `refillMs`. */
export function createRateLimit(options: { burst: number; refillMs: number; now: () => number }): RateLimit {
  const buckets = new Map<string, { turns: number; at: number }>();
  return {
    take(who) {
      const at = options.now();
      const bucket = buckets.get(who) ?? { turns: options.burst, at };
      const turns = Math.min(options.burst, bucket.turns + (at - bucket.at) / options.refillMs);
      // Insertion order is the order of last use.
      buckets.delete(who);
      const allowed = turns >= 1;
      buckets.set(who, { turns: allowed ? turns - 1 : turns, at });
      if (buckets.size > REMEMBERED) {
        const oldest = buckets.keys().next();
        if (!oldest.done) buckets.delete(oldest.value);
      }
      return allowed;
    },
  };
}
