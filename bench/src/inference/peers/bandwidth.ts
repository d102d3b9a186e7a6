const BYTES = 512 * 1024 ** 2;
const PASSES = 3;

/**
 * Bytes a second that one thread reads from memory, the best of a few passes: a search for a byte that is not there, which the C
 * library does with the processor's widest loads.
 */
export function readBandwidth(): number {
  const memory = Buffer.alloc(BYTES, 1);
  let best = 0;
  for (let pass = 0; pass < PASSES; pass++) {
    const begun = performance.now();
    if (memory.indexOf(0) !== -1) throw new Error('memory is not what was written');
    best = Math.max(best, (BYTES * 1000) / (performance.now() - begun));
  }
  return best;
}
