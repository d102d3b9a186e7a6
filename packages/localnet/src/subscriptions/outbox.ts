import type { Faults } from '../faults/faults.js';

/** A notification that waits for the next one goes out after this many milliseconds at the latest. */
const MAX_HOLD_MS = 1_000;

/** Sends the notifications of one connection, wrongly when the faults say so. */
export interface Outbox {
  send(notification: object): void;
  close(): void;
}

/** Creates an outbox; `cut` ends the connection without a word. */
export function createOutbox(faults: Faults, send: (message: object) => void, cut: () => void): Outbox {
  let held: object | null = null;
  let timer: NodeJS.Timeout | undefined;
  const release = (): void => {
    clearTimeout(timer);
    const message = held;
    held = null;
    if (message !== null) send(message);
  };
  return {
    send(notification) {
      const fault = faults.notification();
      if (fault === 'dropSocket') {
        cut();
        return;
      }
      if (fault === 'outOfOrder' && held === null) {
        held = notification;
        timer = setTimeout(release, MAX_HOLD_MS);
        return;
      }
      send(notification);
      if (fault === 'duplicate') send(notification);
      release();
    },
    close() {
      clearTimeout(timer);
      held = null;
    },
  };
}
