import { InferenceError } from '../errors.js';

/** What ONNX Runtime takes besides the weights that it reads: a second copy in its own layout, and working memory. */
const WEIGHT_COPIES = 2;
const WORKING_BYTES = 16 * 1024 * 1024;

export interface Residents<T> {
  /**
   * Gives the work what was loaded under a key, loaded first where it is not there, and keeps it until the work is done;
   * `loadMs` is what was waited for that. Those that were used longest ago are released to make room. A load that fails
   * leaves nothing behind.
   * @param sizeBytes of the weights
   * @throws InferenceError out_of_memory when it does not fit
   */
  use<R>(
    key: string,
    sizeBytes: number,
    load: () => Promise<T>,
    work: (value: T, loadMs: number) => Promise<R>,
  ): Promise<R>;
  /** Those that are loaded. */
  present(): T[];
  release(): Promise<void>;
}

export interface ResidentsOptions<T> {
  readonly budgetBytes: number;
  /** Besides those that work was given to: what is in use stays, whatever else is wanted. */
  inUse?(value: T): boolean;
  /** What the machine can still give; asked before each load. */
  availableBytes?(): number;
}

interface Resident<T> {
  readonly value: T;
  readonly bytes: number;
  users: number;
}

/** Loaded models under a memory budget. They are loaded one after another, so that each finds what the others left. */
export function createResidents<T extends { release(): Promise<void> }>({
  budgetBytes,
  inUse = () => false,
  availableBytes = () => process.availableMemory(),
}: ResidentsOptions<T>): Residents<T> {
  // In order of last use, the latest last.
  const residents = new Map<string, Resident<T>>();
  let lastLoad: Promise<unknown> = Promise.resolve();

  async function makeRoom(key: string, bytes: number): Promise<void> {
    const used = () => [...residents.values()].reduce((sum, resident) => sum + resident.bytes, 0);
    const fits = () => used() + bytes <= budgetBytes && bytes <= availableBytes();
    for (const [oldest, { value, users }] of residents) {
      if (fits()) return;
      if (users > 0 || inUse(value)) continue;
      residents.delete(oldest);
      await value.release();
    }
    if (fits()) return;
    const room = Math.max(0, Math.min(budgetBytes - used(), availableBytes()));
    throw new InferenceError('out_of_memory', `${key} needs about ${bytes} bytes, ${room} may be used`);
  }

  /** Marks it as used before anything else can happen. */
  function claim(key: string): Resident<T> | undefined {
    const resident = residents.get(key);
    if (!resident) return undefined;
    residents.delete(key);
    residents.set(key, resident);
    resident.users++;
    return resident;
  }

  async function loadInto(key: string, sizeBytes: number, load: () => Promise<T>): Promise<Resident<T>> {
    // Whoever waited before may have wanted the same.
    const loaded = claim(key);
    if (loaded) return loaded;
    const bytes = WEIGHT_COPIES * sizeBytes + WORKING_BYTES;
    await makeRoom(key, bytes);
    const resident = { value: await load(), bytes, users: 1 };
    residents.set(key, resident);
    return resident;
  }

  async function loaded(key: string, sizeBytes: number, load: () => Promise<T>): Promise<Resident<T>> {
    const loading = lastLoad.then(() => loadInto(key, sizeBytes, load));
    lastLoad = loading.catch(() => undefined);
    return loading;
  }

  return {
    async use(key, sizeBytes, load, work) {
      const begun = performance.now();
      const present = claim(key);
      const resident = present ?? (await loaded(key, sizeBytes, load));
      try {
        return await work(resident.value, present ? 0 : performance.now() - begun);
      } finally {
        resident.users--;
      }
    },
    present: () => [...residents.values()].map(({ value }) => value),
    async release() {
      const values = [...residents.values()];
      residents.clear();
      for (const { value } of values) await value.release();
    },
  };
}
