import type { Block, BlockHeader } from './types.js';

/** A slot is finalized when this many further blocks have closed. */
const FINALITY_BLOCKS = 31;

/** A closed block; its content is unknown when it was closed before the last restart. */
export interface RecentBlock {
  readonly header: BlockHeader;
  readonly block: Block | null;
}

/** The closed blocks that are not finalized, oldest first, and how far confirmation and finality have got. */
export interface RecentBlocks {
  confirmed(): BlockHeader | null;
  finalized(): BlockHeader | null;
  block(slot: number): Block | null;
  /** Newest first. */
  newestFirst(): readonly RecentBlock[];
  close(block: Block): void;
  /** Counts the block of that slot as confirmed; returns those that are finalized by it, oldest first. */
  confirm(slot: number): readonly RecentBlock[];
}

/** Begins with the confirmed blocks at the end of a chain, oldest first. */
export function createRecentBlocks(known: readonly RecentBlock[]): RecentBlocks {
  const pending = known.slice(-FINALITY_BLOCKS);
  let confirmed = known.at(-1)?.header ?? null;
  let finalized = known.at(-FINALITY_BLOCKS - 1)?.header ?? null;
  return {
    confirmed: () => confirmed,
    finalized: () => finalized,
    block: (slot) => pending.find(({ header }) => header.slot === slot)?.block ?? null,
    newestFirst: () => pending.toReversed(),
    close: (block) => void pending.push({ header: block.header, block }),
    confirm(slot) {
      confirmed = pending.find(({ header }) => header.slot === slot)?.header ?? confirmed;
      const done: RecentBlock[] = [];
      while ((pending[FINALITY_BLOCKS]?.header.slot ?? Number.POSITIVE_INFINITY) <= slot) {
        const oldest = pending.shift();
        if (oldest === undefined) break;
        finalized = oldest.header;
        done.push(oldest);
      }
      return done;
    },
  };
}
