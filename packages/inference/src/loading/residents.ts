import { setImmediate } from 'node:timers/promises';
import { InferenceError } from '../errors.js';

/** What ONNX Runtime takes besides the weights that it reads: a second copy in its own layout, and working memory. */
const WEIGHT_COPIES = 2;
const WORKING_BYTES = 16 * 1024 * 1024;

export interface Residents<T> {
  /**
   * What was loaded under a key, loaded first where it is not there; `loadMs` is what the caller waited for that. Those
   * that were used longest ago are released to make room. A load that fails leaves nothing behind.
   * @param sizeBytes of the weights
   * @throws InferenceError out_of_memory when it does not fit
   */
  get(key: string, sizeBytes: number, load: () => Promise<T>): Promise<{ value: T; loadMs: number }>;
  /** Those that are loaded. */
  present(): T[];
  release(): Promise<void>;
}

export interface ResidentsOptions<T> {
  readonly budgetBytes: number;
  /** What is in use stays, whatever else is wanted. */
  inUse?(value: T): boolean;
  /** What the machine can still give; asked before each load. */
  availableBytes?(): number;
}

/** Loaded models under a memory budget. They are loaded one after another, so that each finds what the others left. */
export function createResidents<T extends { release(): Promise<void> }>({
  budgetBytes,
  inUse = () => false,
  availableBytes = () => process.availableMemory(),
}: ResidentsOptions<T>): Residents<T> {
  // In order of last use, the latest last.
  const residents = new Map<string, { value: T; bytes: number }>();
  let lastLoad: Promise<unknown> = Promise.resolve();

  async function makeRoom(key: string, bytes: number): Promise<void> {
    const used = () => [...residents.values()].reduce((sum, resident) => sum + resident.bytes, 0);
    const fits = () => used() + bytes <= budgetBytes && bytes <= availableBytes();
    for (const [oldest, { value }] of residents) {
      if (fits()) return;
      if (inUse(value)) continue;
      residents.delete(oldest);
      await value.release();
    }
    if (fits()) return;
    const room = Math.max(0, Math.min(budgetBytes - used(), availableBytes()));
    throw new InferenceError('out_of_memory', `${key} needs about ${bytes} bytes, ${room} may be used`);
  }

  function present(key: string): T | undefined {
    const resident = residents.get(key);
    if (!resident) return undefined;
    residents.delete(key);
    residents.set(key, resident);
    return resident.value;
  }

  async function loadInto(key: string, sizeBytes: number, load: () => Promise<T>): Promise<T> {
    // Whoever waited before may have wanted the same.
    const loaded = present(key);
    if (loaded) return loaded;
    const bytes = WEIGHT_COPIES * sizeBytes + WORKING_BYTES;
    await makeRoom(key, bytes);
    const value = await load();
    residents.set(key, { value, bytes });
    return value;
  }

  return {
    async get(key, sizeBytes, load) {
      const loaded = present(key);
      if (loaded) return { value: loaded, loadMs: 0 };
      const begun = performance.now();
      const loading = lastLoad.then(() => loadInto(key, sizeBytes, load));
      // The next load begins a turn later, when whoever waited for this one has taken it into use.
      lastLoad = loading.catch(() => undefined).then(() => setImmediate());
      return { value: await loading, loadMs: performance.now() - begun };
    },
    present: () => [...residents.values()].map(({ value }) => value),
    async release() {
      const values = [...residents.values()];
      residents.clear();
      for (const { value } of values) await value.release();
    },
  };
}
