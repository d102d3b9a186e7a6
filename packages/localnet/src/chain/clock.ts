import type { HistoryStore } from '../history/store.js';

const META = 'clock-offset';

/** The computer's clock, ahead by as much as it was told to be. */
export interface Clock {
  /** Unix seconds. */
  now(): number;
  /** Seconds ahead of the computer's clock. */
  ahead(): number;
  /** Sets how far the clock is ahead, in seconds; kept across restarts, so that time never stands still after one. */
  setAhead(seconds: number): Promise<void>;
}

/** Creates the clock with the lead that the store remembers. */
export async function createClock(store: HistoryStore): Promise<Clock> {
  let ahead = Number((await store.readMeta(META)) ?? 0);
  return {
    now: () => Math.floor(Date.now() / 1000) + ahead,
    ahead: () => ahead,
    async setAhead(seconds) {
      ahead = seconds;
      await store.writeMeta(META, String(seconds));
    },
  };
}
