/** Blockhashes stay valid for this many blocks, as on Solana. */
export const BLOCKHASH_VALID_BLOCKS = 150;

interface Entry {
  readonly slot: number;
  readonly blockhash: string;
  readonly blockHeight: number;
}

/**
 * Blocks that are remembered after their blockhashes expired: as many as the SlotHashes sysvar holds. Those who look
 * at finalized blocks take a blockhash for valid some time after it has expired.
 */
export const REMEMBERED_BLOCKS = 512;

/** The blockhashes of the newest blocks. */
export interface BlockhashQueue {
  add(entry: Entry): void;
  /** The blockhash as long as transactions may name it. */
  find(blockhash: string): Entry | undefined;
  /** The blockhash, expired or not. */
  recall(blockhash: string): Entry | undefined;
  /** The newest entry whose slot is at most `slot`. */
  newestUpTo(slot: number): Entry | undefined;
  /** The slot of the oldest one that transactions may name. */
  oldestValidSlot(): number;
  /** Newest first. */
  newestFirst(): readonly { slot: number; hash: string }[];
}

/**
 * Creates a queue in which a blockhash expires once it is older than 150 blocks. The open block has one more than the
 * height of the last one added, and accepts hashes up to 150 blocks below its own height.
 */
export function createBlockhashQueue(): BlockhashQueue {
  const entries: Entry[] = [];
  const byHash = new Map<string, Entry>();
  const isValid = ({ blockHeight }: Entry): boolean =>
    blockHeight > (entries.at(-1)?.blockHeight ?? 0) - BLOCKHASH_VALID_BLOCKS;
  return {
    add(entry) {
      entries.push(entry);
      byHash.set(entry.blockhash, entry);
      while (entries.length > REMEMBERED_BLOCKS) {
        const old = entries.shift();
        if (old !== undefined) byHash.delete(old.blockhash);
      }
    },
    find(blockhash) {
      const entry = byHash.get(blockhash);
      return entry !== undefined && isValid(entry) ? entry : undefined;
    },
    recall: (blockhash) => byHash.get(blockhash),
    newestUpTo: (slot) => entries.findLast((entry) => entry.slot <= slot),
    oldestValidSlot: () => entries.find(isValid)?.slot ?? 0,
    newestFirst: () => entries.map(({ slot, blockhash }) => ({ slot, hash: blockhash })).reverse(),
  };
}
