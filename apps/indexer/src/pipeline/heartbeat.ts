import type { IndexerStatus } from '../store/store.js';

export interface Heartbeat {
  update(status: Partial<IndexerStatus>): void;
  /** Ends it, after a last write. */
  stop(): Promise<void>;
}

/** Writes the latest status once a second, so that readers can tell a live indexer from a dead one. */
export function startHeartbeat(
  initial: IndexerStatus,
  save: (status: IndexerStatus) => Promise<void>,
  intervalMs = 1_000,
): Heartbeat {
  let status = initial;
  let writing: Promise<void> | undefined;
  const write = (): Promise<void> => {
    // A slow database gets one write at a time. Its failure shows elsewhere: the facts go the same way.
    writing ??= save(status)
      .catch(() => {})
      .finally(() => {
        writing = undefined;
      });
    return writing;
  };
  const timer = setInterval(write, intervalMs);
  return {
    update(changed) {
      status = { ...status, ...changed };
    },
    async stop() {
      clearInterval(timer);
      await writing;
      await write();
    },
  };
}
