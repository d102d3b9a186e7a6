import type { TransactionError } from './types.js';

export const SIGNATURE_BYTES = 64;

/** What became of a block's transactions, as it is stored: small, and quick to read for the last blocks at once. */
export interface BlockStatuses {
  readonly slot: number;
  /** The first signature of each transaction, one after the other, 64 bytes each. */
  readonly signatures: Uint8Array;
  /** Errors by index in the block. */
  readonly errors: ReadonlyMap<number, TransactionError>;
}

/** Where a transaction of some blocks is, and its error. */
export interface FoundStatus {
  readonly slot: number;
  readonly index: number;
  readonly err: TransactionError | null;
}

const VACANT = -1;

/**
 * Finds transactions of blocks by signature. One open-addressed table of numbers: a Map of the texts of three hundred
 * thousand signatures would hold up a start for a second. Signatures are as good as random, so a few of their bytes
 * are the hash.
 */
export function createStatusIndex(
  blocks: readonly BlockStatuses[],
): (signature: Uint8Array) => FoundStatus | undefined {
  const all = Buffer.concat(blocks.map(({ signatures }) => signatures));
  const count = all.length / SIGNATURE_BYTES;
  const mask = 2 ** Math.ceil(Math.log2(count * 2 + 1)) - 1;
  const places = new Int32Array(mask + 1).fill(VACANT);
  /** The number of each block's first transaction. */
  const starts: number[] = [];
  let total = 0;
  for (const { signatures } of blocks) {
    starts.push(total);
    total += signatures.length / SIGNATURE_BYTES;
  }
  for (let number = 0; number < count; number += 1) {
    let place = all.readUInt32LE(number * SIGNATURE_BYTES) & mask;
    while (places[place] !== VACANT) place = (place + 1) & mask;
    places[place] = number;
  }

  return (signature) => {
    if (signature.length !== SIGNATURE_BYTES) return undefined;
    const wanted = Buffer.from(signature.buffer, signature.byteOffset, SIGNATURE_BYTES);
    let place = wanted.readUInt32LE(0) & mask;
    for (;;) {
      const number = places[place] ?? VACANT;
      if (number === VACANT) return undefined;
      const start = number * SIGNATURE_BYTES;
      if (all.compare(wanted, 0, SIGNATURE_BYTES, start, start + SIGNATURE_BYTES) === 0) return found(number);
      place = (place + 1) & mask;
    }
  };

  function found(number: number): FoundStatus | undefined {
    const at = starts.findLastIndex((start) => start <= number);
    const block = blocks[at];
    if (block === undefined) return undefined;
    const index = number - (starts[at] ?? 0);
    return { slot: block.slot, index, err: block.errors.get(index) ?? null };
  }
}
