import { setTimeout as delay } from 'node:timers/promises';

import type { Database } from '@inferscan/db';
import { type ContentClient, ContentError } from '@inferscan/storage';

import { type ContentTask, createContentQueue } from './content-queue.js';
import { deriveAgain, saveContent, saveUnreadable } from './save-content.js';

export interface ContentWorkerOptions {
  readonly database: Database;
  readonly client: Pick<ContentClient, 'fetchJson'>;
  /** Documents fetched at once. Default 8. */
  readonly concurrency?: number;
  readonly onFailure?: (cid: string, error: Error) => void;
}

export interface ContentWorker {
  /** Works until aborted. @throws what the database reports */
  run(signal: AbortSignal): Promise<void>;
  /** There may be something new. */
  wake(): void;
}

/** How often to look for retries that became due. */
const LOOK_MS = 500;
/** What no other attempt and no other gateway can change. */
const FINAL = new Set<ContentError['code']>(['too_large', 'not_json']);

/** Fetches definitions and results beside the indexing, which never waits for it. */
export function createContentWorker(options: ContentWorkerOptions): ContentWorker {
  const { database, client, concurrency = 8 } = options;
  const queue = createContentQueue(database);
  let wake: () => void = () => {};
  let awake = false;

  const work = async (task: ContentTask, signal: AbortSignal): Promise<void> => {
    if (task.fetched) return deriveAgain(database, task.cid);
    let json: unknown;
    try {
      json = await client.fetchJson(task.cid, { signal });
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof ContentError)) throw error;
      options.onFailure?.(task.cid, error);
      if (FINAL.has(error.code)) return saveUnreadable(database, task.cid, error.message);
      return queue.failed(task, { message: error.message, retryable: true });
    }
    try {
      await saveContent(database, task.cid, json);
    } catch (error) {
      if (!isUnstorable(error)) throw error;
      options.onFailure?.(task.cid, error);
      await saveUnreadable(database, task.cid, error.message);
    }
  };

  return {
    wake() {
      awake = true;
      wake();
    },
    async run(outer) {
      // The first failure ends all work: the caller decides when to begin again.
      const failure = new AbortController();
      const signal = AbortSignal.any([outer, failure.signal]);
      const busy = new Map<string, Promise<void>>();
      try {
        while (!signal.aborted) {
          awake = false;
          const free = concurrency - busy.size;
          const tasks = free > 0 ? await queue.due(free, [...busy.keys()]) : [];
          for (const task of tasks) {
            const done = work(task, signal)
              .catch((error: unknown) => failure.abort(error))
              .finally(() => {
                busy.delete(task.cid);
                awake = true;
                wake();
              });
            busy.set(task.cid, done);
          }
          if (awake && busy.size < concurrency) continue;
          const woken = new Promise<void>((resolve) => {
            wake = resolve;
          });
          const look = new AbortController();
          await Promise.race([
            woken,
            delay(LOOK_MS, undefined, { signal: AbortSignal.any([signal, look.signal]) }).catch(() => {}),
          ]);
          look.abort();
        }
      } finally {
        await Promise.all(busy.values());
      }
      if (failure.signal.aborted && !outer.aborted) throw failure.signal.reason;
    },
  };
}

/** Data that Postgres cannot hold (class 22: data exceptions; 54: limits), or that is too deep to write out. */
function isUnstorable(error: unknown): error is Error {
  if (error instanceof RangeError) return true;
  return (
    error instanceof Error && 'code' in error && typeof error.code === 'string' && /^(22|54)/.test(error.code)
  );
}
