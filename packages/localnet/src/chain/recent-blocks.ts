import type { Block, BlockHeader } from './types.js';

/** A slot is finalized when this many further blocks have closed. */
const FINALITY_BLOCKS = 31;

/** The closed blocks that are not finalized, oldest first, and how far confirmation and finality have got. */
export interface RecentBlocks {
  confirmed(): BlockHeader | null;
  finalized(): BlockHeader | null;
  block(slot: number): Block | null;
  /** Newest first. */
  newestFirst(): readonly Block[];
  close(block: Block): void;
  /** Takes the form of a block that is kept from when it is on disk. */
  written(block: Block): void;
  /** Counts the block of that slot as confirmed; returns those that are finalized by it, oldest first. */
  confirm(slot: number): readonly Block[];
  /** Counts every confirmed block as finalized; returns those that were not, oldest first. */
  finalizeConfirmed(): readonly Block[];
}

/** Begins with the newest finalized block and the confirmed ones after it, oldest first. */
export function createRecentBlocks(last: BlockHeader | null, after: readonly Block[]): RecentBlocks {
  const pending = [...after];
  let confirmed = after.at(-1)?.header ?? last;
  let finalized = last;

  /** Finalizes from the oldest on while `isFinal` says so of the block at the front. */
  const finalizeWhile = (isFinal: () => boolean): Block[] => {
    const done: Block[] = [];
    while (isFinal()) {
      const oldest = pending.shift();
      if (oldest === undefined) break;
      finalized = oldest.header;
      done.push(oldest);
    }
    return done;
  };

  return {
    confirmed: () => confirmed,
    finalized: () => finalized,
    block: (slot) => pending.find(({ header }) => header.slot === slot) ?? null,
    newestFirst: () => pending.toReversed(),
    close: (block) => void pending.push(block),
    written(block) {
      const index = pending.findIndex(({ header }) => header.slot === block.header.slot);
      if (index !== -1) pending[index] = block;
    },
    confirm(slot) {
      confirmed = pending.find(({ header }) => header.slot === slot)?.header ?? confirmed;
      return finalizeWhile(() => (pending[FINALITY_BLOCKS]?.header.slot ?? Number.POSITIVE_INFINITY) <= slot);
    },
    finalizeConfirmed: () =>
      finalizeWhile(() => (pending[0]?.header.slot ?? Number.POSITIVE_INFINITY) <= (confirmed?.slot ?? -1)),
  };
}
