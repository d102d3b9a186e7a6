/** Remembers one notification until someone waits for it. */
export interface Latch {
  notify(): void;
  /**
   * Resolves at the next notification (or at once after an unseen one), or after `ms`.
   * @throws the signal's reason when it aborts
   */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

export function createLatch(): Latch {
  let pending = false;
  const waiters = new Set<() => void>();
  return {
    notify() {
      pending = waiters.size === 0;
      for (const waiter of [...waiters]) waiter();
    },
    wait(ms, signal) {
      if (signal.aborted) return Promise.reject(signal.reason);
      if (pending) {
        pending = false;
        return Promise.resolve();
      }
      return new Promise((resolve, reject) => {
        const cleanUp = () => {
          clearTimeout(timer);
          waiters.delete(finish);
          signal.removeEventListener('abort', abort);
        };
        const finish = () => {
          cleanUp();
          resolve();
        };
        const abort = () => {
          cleanUp();
          reject(signal.reason);
        };
        const timer = setTimeout(finish, ms);
        waiters.add(finish);
        signal.addEventListener('abort', abort, { once: true });
      });
    },
  };
}
