import type { Timing } from '../contract.js';

/** Thread-side part of the timing: what happens between taking a request and its result. */
export interface ServiceTiming extends Pick<Timing, 'loadMs' | 'firstTokenMs'> {
  /** From the loaded model until there was room for the request. */
  readonly waitMs: number;
}

export interface Meter {
  /** The model is in memory; `loadMs` is what this request waited for that. */
  loaded(loadMs: number): void;
  /** The request takes part in steps from now on. */
  admitted(): void;
  firstToken(): void;
  timing(): ServiceTiming;
}

/** @param now milliseconds of a clock that never runs backwards */
export function createMeter(now: () => number = () => performance.now()): Meter {
  let loadMs = 0;
  let loadedAt = now();
  let begun: number | undefined;
  let first: number | undefined;
  return {
    loaded(ms) {
      loadMs = ms;
      loadedAt = now();
    },
    admitted() {
      begun ??= now();
    },
    firstToken() {
      first ??= now();
    },
    timing() {
      const start = begun ?? now();
      return { loadMs, waitMs: start - loadedAt, firstTokenMs: (first ?? now()) - start };
    },
  };
}
