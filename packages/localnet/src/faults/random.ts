import { createHash } from 'node:crypto';

/** Gives numbers from 0 to below 1, always the same ones for the same seed and name. */
export type Random = () => number;

/** Creates a stream of random numbers (mulberry32); streams of other names do not disturb it. */
export function createRandom(seed: number, name: string): Random {
  let state = createHash('sha256').update(`${seed} ${name}`).digest().readUInt32LE(0);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
