import type { Chain } from './chain.js';

/** Closes slots at a fixed pace. */
export interface Ticker {
  start(): void;
  /** Stops the pace; resolves when the slot that was being closed is on disk. */
  stop(): Promise<void>;
}

/** Unwritten slots beyond this many make the ticker wait: memory stays bounded when the disk is slow. */
const MAX_UNWRITTEN_SLOTS = 32;

/** Creates a ticker of `slotMs` milliseconds per slot. `onFailure` is called once, when a block cannot be written. */
export function createTicker(chain: Chain, slotMs: number, onFailure: (error: unknown) => void): Ticker {
  let timer: NodeJS.Timeout | undefined;
  let due = 0;
  let unwritten = 0;
  let last: Promise<void> = Promise.resolve();
  let failed = false;

  const tick = (): void => {
    if (unwritten < MAX_UNWRITTEN_SLOTS) {
      unwritten += 1;
      last = chain.advance().then(
        () => {
          unwritten -= 1;
        },
        (error: unknown) => {
          if (!failed) onFailure(error);
          failed = true;
        },
      );
    }
    const now = performance.now();
    // After a stall the pace goes on from now instead of catching up in a burst.
    due = Math.max(due + slotMs, now);
    if (!failed) timer = setTimeout(tick, due - now);
  };

  return {
    start() {
      due = performance.now() + slotMs;
      timer = setTimeout(tick, slotMs);
    },
    async stop() {
      clearTimeout(timer);
      await last;
    },
  };
}
