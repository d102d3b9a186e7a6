import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '@inferscan/db';
import { type ContentClient, ContentError } from '@inferscan/storage/client';
import { linkSignals } from '@inferscan/storage/linked-signal';

import { type ContentTask, createContentQueue, MISSING_AFTER, retryPauseSeconds } from './content-queue.js';
import { deriveAgain, saveContent, saveFailure, saveUnreadable } from './save-content.js';
import { settleAll, sweepOverdue } from './sweep.js';

export interface ContentWorkerOptions {
  readonly database: Database;
  readonly client: Pick<ContentClient, 'fetchJson'>;
  /** Documents fetched at once. Default 8. */
  readonly concurrency?: number;
  /** Between looks for runs that are overdue. Default 15 s. */
  readonly sweepMs?: number;
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
/** A document larger than the limit costs as much at every attempt, so it is asked for as if it had failed often. */
const TOO_LARGE_ATTEMPTS = 20;
const DEADLOCK_ATTEMPTS = 5;

/** Fetches definitions and results beside the indexing, which never waits for it. */
export function createContentWorker(options: ContentWorkerOptions): ContentWorker {
  const { database, client, concurrency = 8, sweepMs = 15_000 } = options;
  const queue = createContentQueue(database);
  let wake: () => void = () => {};
  let awake = false;

  const work = async (task: ContentTask, signal: AbortSignal): Promise<void> => {
    if (task.fetched) return again(() => deriveAgain(database, task.cid));
    let json: unknown;
    try {
      json = await client.fetchJson(task.cid, { signal });
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof ContentError)) throw error;
      options.onFailure?.(task.cid, error);
      // The bytes were the right ones: they will be the same for ever.
      if (error.code === 'not_json') return again(() => saveUnreadable(database, task.cid, error.message));
      return again(() => saveFailure(database, task.cid, failureOf(task, error)));
    }
    try {
      await again(() => saveContent(database, task.cid, json));
    } catch (error) {
      if (!isUnstorable(error)) throw error;
      options.onFailure?.(task.cid, error);
      await again(() => saveUnreadable(database, task.cid, error.message));
    }
  };

  const sweep = async (signal: AbortSignal): Promise<void> => {
    await again(() => settleAll(database, signal));
    while (!signal.aborted) {
      await again(() => sweepOverdue(database, signal));
      await delay(sweepMs, undefined, { signal }).catch(() => {});
    }
  };

  return {
    wake() {
      awake = true;
      wake();
    },
    async run(outer) {
      // The first failure ends all work: the caller decides when to begin again.
      const ended = linkSignals(outer);
      const { signal } = ended;
      let failure: { error: unknown } | undefined;
      const fail = (error: unknown): void => {
        if (!signal.aborted) failure = { error };
        ended.abort(error);
      };
      const busy = new Map<string, { retrying: boolean; done: Promise<void> }>();
      const sweeping = sweep(signal).catch(fail);
      try {
        while (!signal.aborted) {
          awake = false;
          for (const task of await nextTasks(busy)) {
            const done = work(task, signal)
              .catch(fail)
              .finally(() => {
                busy.delete(task.cid);
                awake = true;
                wake();
              });
            busy.set(task.cid, { retrying: task.retrying, done });
          }
          if (awake && busy.size < concurrency) continue;
          const woken = new Promise<void>((resolve) => {
            wake = resolve;
          });
          const look = linkSignals(signal);
          await Promise.race([woken, delay(LOOK_MS, undefined, { signal: look.signal }).catch(() => {})]);
          look.abort();
          look.release();
        }
      } catch (error) {
        fail(error);
      } finally {
        await Promise.all([...busy.values()].map(({ done }) => done));
        await sweeping;
        ended.release();
      }
      if (failure) throw failure.error;
    },
  };

  /** One place is kept for retries, and half of all from them: what hangs in one lane leaves the other going. */
  async function nextTasks(busy: ReadonlyMap<string, { retrying: boolean }>): Promise<ContentTask[]> {
    const free = concurrency - busy.size;
    if (free <= 0) return [];
    const retries = [...busy.values()].filter(({ retrying }) => retrying).length;
    const lanes = {
      fresh: Math.min(free, Math.max(1, concurrency - 1) - (busy.size - retries)),
      retries: Math.min(free, Math.ceil(concurrency / 2) - retries),
    };
    return (await queue.due(lanes, [...busy.keys()])).slice(0, free);
  }
}

function failureOf({ attempts }: ContentTask, { code, message }: ContentError) {
  const count = attempts + 1;
  return {
    attempts: count,
    message,
    missing: count >= MISSING_AFTER,
    pauseSeconds: retryPauseSeconds(code === 'too_large' ? count + TOO_LARGE_ATTEMPTS : count),
  };
}

/** Repeats a transaction that Postgres gave up to resolve a deadlock. */
async function again(transaction: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await transaction();
    } catch (error) {
      if (attempt === DEADLOCK_ATTEMPTS || sqlState(error) !== '40P01') throw error;
    }
  }
}

const sqlState = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** Data that Postgres cannot hold (class 22: data exceptions; 54: limits), or that is too deep to write out. */
function isUnstorable(error: unknown): error is Error {
  return error instanceof RangeError || /^(22|54)/.test(sqlState(error) ?? '');
}
