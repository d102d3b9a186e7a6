/** How many calls go into one request: as many as the server takes. */
export interface RequestSize {
  readonly now: number;
  answered(): void;
  /** A request of so many calls came to nothing as a whole. */
  failed(calls: number): void;
}

/** After so many requests in a row that went well, more is tried than what failed before. */
const PATIENCE = 200;

/**
 * Grows by one with every request that goes well, up to half of what failed last; from time to time further. Requests
 * that fail in the same moment count once.
 */
export function createRequestSize(most: number): RequestSize {
  let now = most;
  let bound = most;
  let inARow = 0;
  return {
    get now() {
      return now;
    },
    answered() {
      if (++inARow >= PATIENCE && bound < most) {
        bound = Math.min(most, bound * 2);
        inARow = 0;
      }
      now = Math.min(bound, now + 1);
    },
    failed(calls) {
      inARow = 0;
      if (calls <= 1) return;
      bound = Math.min(bound, Math.floor(calls / 2));
      now = Math.min(now, bound);
    },
  };
}
