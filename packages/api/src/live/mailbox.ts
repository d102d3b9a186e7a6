/** A bounded queue between the hub and one client. */
export interface Mailbox<Message> {
  put(message: Message): void;
  /** The next message; undefined once closed. */
  take(): Promise<Message | undefined>;
  close(): void;
}

/**
 * A queue of at most `capacity` messages. When a client is too slow for it, everything it has not read yet
 * is replaced by `overflow(last)`: one message that stands for all of them.
 */
export function createMailbox<Message>(
  capacity: number,
  overflow: (last: Message) => Message,
): Mailbox<Message> {
  let queue: Message[] = [];
  let closed = false;
  let wake: (() => void) | null = null;
  const stir = () => {
    wake?.();
    wake = null;
  };
  return {
    put(message) {
      if (closed) return;
      if (queue.length >= capacity) queue = [overflow(message)];
      else queue.push(message);
      stir();
    },
    async take() {
      while (queue.length === 0 && !closed) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return queue.shift();
    },
    close() {
      closed = true;
      queue = [];
      stir();
    },
  };
}
