import type { Worker } from 'node:worker_threads';
import PQueue from 'p-queue';
import { unlessAborted } from '../thread/unless-aborted.js';
import { type Constraint, constrain } from './constraint.js';
import { type FollowedSchema, followSchema } from './followed-schema.js';
import type { SchemaThreadData } from './schema-thread-messages.js';

/** Threads there may be, each with 20 to 40 MB; those that nobody uses wait for the same schema to come again. */
const MAX_THREADS = 8;
/** Whoever sends ever new schemas takes no more processors than this. */
const COMPILED_AT_ONCE = 2;

/** What one request's outputs are kept to. */
export interface SchemaInUse {
  start(): Promise<Constraint>;
  /** The request has ended. */
  close(): void;
}

/**
 * Compiles schemas, and follows what is written under them, in threads of their own, one for each: compiling takes half a second and
 * up to many seconds with a large vocabulary, in which a model's thread could not go on with the requests of others.
 */
export interface SchemaThreads {
  /**
   * Waits for a thread to be free, and for the schema to be compiled, unless it is already.
   * @param key of schema and vocabulary
   * @throws InferenceError bad_request when the schema cannot be used; the signal's reason
   */
  use(key: string, data: SchemaThreadData, signal?: AbortSignal): Promise<SchemaInUse>;
  /** Ends all threads. */
  close(): Promise<void>;
}

export interface SchemaThreadsOptions {
  readonly spawn: (data: SchemaThreadData) => Worker;
  readonly maxThreads?: number;
}

interface Entry {
  readonly key: string;
  /** Undefined until it is its turn. */
  schema: FollowedSchema | undefined;
  ready: Promise<void>;
  isReady: boolean;
  /** Requests that wait for it or write under it. */
  users: number;
  ended: boolean;
}

export function createSchemaThreads({
  spawn,
  maxThreads = MAX_THREADS,
}: SchemaThreadsOptions): SchemaThreads {
  // The one used longest ago first.
  const entries = new Map<string, Entry>();
  const compiling = new PQueue({ concurrency: COMPILED_AT_ONCE });
  const forRoom = new Set<() => void>();
  const ending = new Set<Promise<void>>();
  let closed = false;

  function end(entry: Entry): void {
    if (entry.ended) return;
    entry.ended = true;
    if (entries.get(entry.key) === entry) entries.delete(entry.key);
    const ended = entry.schema?.end();
    if (ended === undefined) return;
    ending.add(ended);
    void ended.finally(() => ending.delete(ended));
  }

  function begin(key: string, data: SchemaThreadData): Entry {
    const entry: Entry = {
      key,
      schema: undefined,
      ready: Promise.resolve(),
      isReady: false,
      users: 0,
      ended: false,
    };
    entry.ready = compiling.add(async () => {
      if (entry.ended) return;
      entry.schema = followSchema(spawn(data), () => end(entry));
      await entry.schema.ready;
      entry.isReady = true;
    });
    // Those who wait for it are told; there may be none any more.
    entry.ready.catch(() => {});
    entries.set(key, entry);
    return entry;
  }

  function makeRoom(): boolean {
    if (entries.size < maxThreads) return true;
    const idle = [...entries.values()].find(({ users }) => users === 0);
    if (idle) end(idle);
    return idle !== undefined;
  }

  function lookForRoom(): void {
    for (const look of forRoom) look();
    forRoom.clear();
  }

  function leave(entry: Entry): void {
    entry.users -= 1;
    if (entry.users > 0) return;
    // Nobody waits for what is still being compiled.
    if (!entry.isReady) end(entry);
    lookForRoom();
  }

  /** Resolves when a thread may have become idle. */
  function roomMade(): Promise<void> {
    return new Promise((resolve) => forRoom.add(resolve));
  }

  async function enter(key: string, data: SchemaThreadData, signal?: AbortSignal): Promise<Entry> {
    for (;;) {
      signal?.throwIfAborted();
      if (closed) throw new Error('the schemas were closed');
      const known = entries.get(key);
      if (known || makeRoom()) {
        const entry = known ?? begin(key, data);
        entries.delete(key);
        entries.set(key, entry);
        entry.users += 1;
        return entry;
      }
      await unlessAborted(roomMade(), signal);
    }
  }

  return {
    async use(key, data, signal) {
      const entry = await enter(key, data, signal);
      let left = false;
      const close = (): void => {
        if (!left) leave(entry);
        left = true;
      };
      try {
        await unlessAborted(entry.ready, signal);
      } catch (error) {
        close();
        throw error;
      }
      const { schema } = entry;
      if (schema === undefined) throw new Error('the schemas were closed');
      return { start: async () => constrain(schema.start(), data.stopTokenIds.length > 0), close };
    },
    async close() {
      closed = true;
      for (const entry of [...entries.values()]) end(entry);
      lookForRoom();
      await Promise.all(ending);
    },
  };
}
