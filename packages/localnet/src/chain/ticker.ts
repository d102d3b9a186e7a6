import type { Chain } from './chain.js';

/** Closes slots at a fixed pace. */
export interface Ticker {
  start(): void;
  /** Leaves the open slot open until `resume`, or until someone else closes it. */
  pause(): void;
  resume(): void;
  paused(): boolean;
  /** Stops the pace; resolves when the slot that was being closed is on disk. */
  stop(): Promise<void>;
}

/** Unwritten slots beyond this many make the ticker wait: memory stays bounded when the disk is slow. */
const MAX_UNWRITTEN_SLOTS = 32;

export interface TickerDeps {
  readonly chain: Chain;
  /** Milliseconds per slot. */
  readonly slotMs: number;
  /** How many slots to leave out after the one that closes. */
  readonly skip: () => number;
  /** Called once, when a block cannot be written. */
  readonly onFailure: (error: unknown) => void;
}

/** Creates a ticker, which does nothing until it is started. */
export function createTicker({ chain, slotMs, skip, onFailure }: TickerDeps): Ticker {
  let timer: NodeJS.Timeout | undefined;
  let due = 0;
  let unwritten = 0;
  let last: Promise<void> = Promise.resolve();
  let failed = false;
  let paused = false;

  const tick = (): void => {
    if (unwritten < MAX_UNWRITTEN_SLOTS) {
      unwritten += 1;
      last = chain.advance(skip()).then(
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

  const run = (): void => {
    due = performance.now() + slotMs;
    timer = setTimeout(tick, slotMs);
  };

  return {
    start: run,
    pause() {
      paused = true;
      clearTimeout(timer);
    },
    resume() {
      if (paused) run();
      paused = false;
    },
    paused: () => paused,
    async stop() {
      clearTimeout(timer);
      await last;
    },
  };
}
