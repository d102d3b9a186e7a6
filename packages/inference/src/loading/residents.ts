import { InferenceError } from '../errors.js';

/** What ONNX Runtime takes besides the weights that it reads: a second copy in its own layout, and working memory. */
const WEIGHT_COPIES = 2;
const WORKING_BYTES = 16 * 1024 * 1024;

export interface Residents<T> {
  /**
   * What was loaded under a key, loaded first where it is not there; `loadMs` is 0 when it was. Those that were used
   * longest ago are released to make room. A load that fails leaves nothing behind.
   * @param sizeBytes of the weights
   * @throws InferenceError out_of_memory when it does not fit even alone
   */
  get(key: string, sizeBytes: number, load: () => Promise<T>): Promise<{ value: T; loadMs: number }>;
  release(): Promise<void>;
}

/**
 * Loaded models under a memory budget. One `get` at a time.
 * @param availableBytes what the machine can still give; asked before each load
 */
export function createResidents<T extends { release(): Promise<void> }>(
  budgetBytes: number,
  availableBytes: () => number = () => process.availableMemory(),
): Residents<T> {
  // In order of last use, the latest last.
  const residents = new Map<string, { value: T; bytes: number }>();

  async function makeRoom(key: string, bytes: number): Promise<void> {
    const used = () => [...residents.values()].reduce((sum, resident) => sum + resident.bytes, 0);
    const fits = () => used() + bytes <= budgetBytes && bytes <= availableBytes();
    for (const [oldest, { value }] of residents) {
      if (fits()) return;
      residents.delete(oldest);
      await value.release();
    }
    if (fits()) return;
    const room = Math.min(budgetBytes, availableBytes());
    throw new InferenceError('out_of_memory', `${key} needs about ${bytes} bytes, ${room} may be used`);
  }

  return {
    async get(key, sizeBytes, load) {
      const present = residents.get(key);
      if (present) {
        residents.delete(key);
        residents.set(key, present);
        return { value: present.value, loadMs: 0 };
      }
      const begun = performance.now();
      const bytes = WEIGHT_COPIES * sizeBytes + WORKING_BYTES;
      await makeRoom(key, bytes);
      const value = await load();
      residents.set(key, { value, bytes });
      return { value, loadMs: performance.now() - begun };
    },
    async release() {
      const values = [...residents.values()];
      residents.clear();
      for (const { value } of values) await value.release();
    },
  };
}
