import type { Worker } from 'node:worker_threads';

interface CloseMessage {
  readonly type: 'close';
}

export interface ThreadHost<ToThread> {
  /** Sends to the thread, starting it where none runs. */
  send(message: ToThread): void;
  /** Asks the thread to end and waits for that. Never by force: see MainControl.halt. */
  close(): Promise<void>;
}

export interface ThreadHostDeps<FromThread> {
  spawn(): Worker;
  onMessage(message: FromThread): void;
  /** The thread ended without being asked to. The next `send` starts another one. */
  onCrash(reason: string): void;
}

/** Keeps at most one thread alive; a `close` message asks it to end. */
export function createThreadHost<ToThread, FromThread>(
  deps: ThreadHostDeps<FromThread>,
): ThreadHost<ToThread | CloseMessage> {
  let current: Worker | undefined;
  let closing = false;

  function start(): Worker {
    const worker = deps.spawn();
    let reason: string | undefined;
    worker.on('message', (message: FromThread) => deps.onMessage(message));
    worker.on('error', (error: unknown) => {
      reason = error instanceof Error ? error.message : String(error);
    });
    worker.on('exit', (code) => {
      if (current === worker) current = undefined;
      if (!closing) deps.onCrash(reason ?? `exit code ${code}`);
    });
    return worker;
  }

  return {
    send(message) {
      current ??= start();
      current.postMessage(message);
    },
    async close() {
      closing = true;
      const worker = current;
      if (!worker) return;
      const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
      worker.postMessage({ type: 'close' } satisfies CloseMessage);
      await ended;
    },
  };
}
