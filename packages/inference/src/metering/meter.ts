import type { Sharing, Timing } from '../contract.js';

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
  /** It took part in a step with so many rows, its own included. */
  stepped(rows: number): void;
  timing(): ServiceTiming;
  sharing(): Sharing;
}

/** @param now milliseconds of a clock that never runs backwards */
export function createMeter(now: () => number = () => performance.now()): Meter {
  let loadMs = 0;
  let loadedAt = now();
  let begun: number | undefined;
  let first: number | undefined;
  const shared = { steps: 0, rows: 0, mostRows: 0 };
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
    stepped(rows) {
      shared.steps++;
      shared.rows += rows;
      shared.mostRows = Math.max(shared.mostRows, rows);
    },
    sharing: () => ({ ...shared }),
    timing() {
      const start = begun ?? now();
      return { loadMs, waitMs: start - loadedAt, firstTokenMs: (first ?? now()) - start };
    },
  };
}
