/** Blockhashes stay valid for this many blocks, as on Solana. */
export const BLOCKHASH_VALID_BLOCKS = 150;

interface Entry {
  readonly slot: number;
  readonly blockhash: string;
  readonly blockHeight: number;
}

/** The blockhashes that transactions may still name. */
export interface BlockhashQueue {
  add(entry: Entry): void;
  find(blockhash: string): Entry | undefined;
  /** The newest entry whose slot is at most `slot`. */
  newestUpTo(slot: number): Entry | undefined;
  /** The slot of the oldest one. */
  oldestSlot(): number;
  /** Newest first. */
  newestFirst(): readonly { slot: number; hash: string }[];
}

/**
 * Creates a queue that forgets a blockhash once it is older than 150 blocks. The open block has one more than the
 * height of the last one added, and accepts hashes up to 150 blocks below its own height.
 */
export function createBlockhashQueue(): BlockhashQueue {
  const entries: Entry[] = [];
  const byHash = new Map<string, Entry>();
  return {
    add(entry) {
      entries.push(entry);
      byHash.set(entry.blockhash, entry);
      while (entries.length > BLOCKHASH_VALID_BLOCKS) {
        const old = entries.shift();
        if (old !== undefined) byHash.delete(old.blockhash);
      }
    },
    find: (blockhash) => byHash.get(blockhash),
    newestUpTo: (slot) => entries.findLast((entry) => entry.slot <= slot),
    oldestSlot: () => entries[0]?.slot ?? 0,
    newestFirst: () => entries.map(({ slot, blockhash }) => ({ slot, hash: blockhash })).reverse(),
  };
}
