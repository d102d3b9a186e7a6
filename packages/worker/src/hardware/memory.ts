import { freemem } from 'node:os';

/** Far larger than the caches of processors, and small beside the memory of machines. */
const BYTES = 64 * 2 ** 20;
const ROUNDS = 8;
const GIGABYTE = 1e9;

/**
 * Copies memory in this thread, and says how many gigabytes a second were read and written; null where there is not
 * enough free memory to tell. Takes some tenths of a second.
 */
export function memoryBandwidth(): number | null {
  if (freemem() < 4 * BYTES) return null;
  const source = new Float64Array(BYTES / Float64Array.BYTES_PER_ELEMENT).fill(1);
  const target = new Float64Array(source.length);
  // The first copy only has the system give the pages.
  target.set(source);
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const begun = performance.now();
    target.set(source);
    best = Math.min(best, performance.now() - begun);
  }
  return (2 * BYTES) / GIGABYTE / (best / 1000);
}
