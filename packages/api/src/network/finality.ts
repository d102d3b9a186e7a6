/** How sure the chain is of a transaction. */
export type Finality = 'confirmed' | 'finalized' | 'unknown';

/** Slots after which a block counts as rooted: the depth of Solana's lock-out tower. */
const FINALITY_SLOTS = 31n;

/**
 * Finality by distance to the head that the indexer last saw.
 * 'unknown' while no head is known or the slot lies beyond it.
 */
export function finalityOf(slot: bigint, headSlot: bigint | null): Finality {
  if (headSlot === null || slot > headSlot) return 'unknown';
  return headSlot - slot >= FINALITY_SLOTS ? 'finalized' : 'confirmed';
}
