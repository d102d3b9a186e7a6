import type { Timing } from '../contract.js';

/** Thread-side part of the timing: what happens between taking a request and its result. */
export type ServiceTiming = Pick<Timing, 'loadMs' | 'firstTokenMs'>;

export interface Meter {
  /** The model is in memory; `loadMs` is what this request waited for that. */
  loaded(loadMs: number): void;
  firstToken(): void;
  timing(): ServiceTiming;
}

/** @param now milliseconds of a clock that never runs backwards */
export function createMeter(now: () => number = () => performance.now()): Meter {
  let loadMs = 0;
  let begun = now();
  let first: number | undefined;
  return {
    loaded(ms) {
      loadMs = ms;
      begun = now();
    },
    firstToken() {
      first ??= now();
    },
    timing: () => ({ loadMs, firstTokenMs: (first ?? now()) - begun }),
  };
}
