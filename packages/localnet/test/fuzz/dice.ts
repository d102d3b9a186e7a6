import { createRandom } from '../../src/faults/random.js';

/** Repeatable draws. */
export interface Dice {
  /** From 0, below `below`. */
  int(below: number): number;
  /** True in one of `of` draws. */
  oneIn(of: number): boolean;
  pick<Item>(items: readonly Item[]): Item;
  bytes(length: number): Buffer;
}

/** Dice whose draws depend on the seed and the name alone, so that parts of a test do not disturb each other. */
export function createDice(seed: number, name: string): Dice {
  const next = createRandom(seed, name);
  const int = (below: number): number => Math.floor(next() * below);
  return {
    int,
    oneIn: (of) => int(of) === 0,
    pick(items) {
      const item = items[int(items.length)];
      if (item === undefined) throw new RangeError('nothing to pick from');
      return item;
    },
    bytes: (length) => Buffer.from(Array.from({ length }, () => int(256))),
  };
}
