import type { Worker } from 'node:worker_threads';
import { InferenceError } from '../errors.js';
import type { Matcher } from './matcher.js';
import type { FromSchemaThread, ToSchemaThread } from './schema-thread-messages.js';

/** A schema that is compiled and followed in a thread of its own. */
export interface FollowedSchema {
  /** Resolves when it is compiled. @throws InferenceError bad_request where it cannot be used; Error where the thread ended */
  readonly ready: Promise<void>;
  start(): Matcher;
  /** Ends the thread, whatever it does. */
  end(): Promise<void>;
}

interface Waiting {
  resolve(mask: Int32Array | undefined): void;
  reject(error: Error): void;
}

/** @param onGone the thread has ended, or is about to; called once */
export function followSchema(worker: Worker, onGone: () => void): FollowedSchema {
  const waiting = new Map<number, Waiting>();
  let outputs = 0;
  let gone: Error | undefined;
  let compiled = (): void => {};
  let refused = (_: Error): void => {};
  const ready = new Promise<void>((resolve, reject) => {
    [compiled, refused] = [resolve, reject];
  });
  // Who asks for it is told; nobody may.
  ready.catch(() => {});

  function lost(error: Error): void {
    if (gone) return;
    gone = error;
    refused(gone);
    for (const { reject } of waiting.values()) reject(gone);
    waiting.clear();
    onGone();
  }

  function ask(message: ToSchemaThread): Promise<Int32Array | undefined> {
    if (gone) return Promise.reject(gone);
    const answer = new Promise<Int32Array | undefined>((resolve, reject) => {
      waiting.set(message.id, { resolve, reject });
    });
    worker.postMessage(message);
    return answer;
  }

  worker.on('message', (message: FromSchemaThread) => {
    if (message.type === 'compiled') compiled();
    else if (message.type === 'refused') lost(new InferenceError('bad_request', message.message));
    else {
      const one = waiting.get(message.id);
      waiting.delete(message.id);
      if (message.type === 'next') one?.resolve(message.mask);
      else one?.reject(new Error(message.message));
    }
  });
  worker.on('error', (error: unknown) => lost(error instanceof Error ? error : new Error(String(error))));
  worker.on('exit', () => lost(new Error('the thread of a schema ended')));

  return {
    ready,
    start() {
      const id = ++outputs;
      let next = ask({ type: 'start', id });
      next.catch(() => {});
      return {
        next: () => next,
        accept(token) {
          next = ask({ type: 'accept', id, token });
          next.catch(() => {});
        },
        close() {
          waiting.delete(id);
          if (!gone) worker.postMessage({ type: 'close', id } satisfies ToSchemaThread);
        },
      };
    },
    async end() {
      lost(new Error('the thread of a schema was ended'));
      await worker.terminate();
    },
  };
}
