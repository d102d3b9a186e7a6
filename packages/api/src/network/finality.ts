import { big, type Numeric } from '../read/columns.js';
import type { Reader } from '../read/index-reader.js';

/** How sure the chain is of what is stored: nothing below confirmed is. */
export type Finality = 'confirmed' | 'finalized';

/** Finality of what happened in a slot, given how far the indexer has proven the chain to be final. */
export const finalityOf = (slot: bigint, finalizedSlot: bigint): Finality =>
  slot <= finalizedSlot ? 'finalized' : 'confirmed';

/** The slot up to which block hashes and signatures were compared with the finalized chain; -1 before any was. */
export async function readFinalizedSlot(reader: Reader): Promise<bigint> {
  const row = await reader.first<{ finalized_slot: Numeric }>(
    'select finalized_slot from checkpoint where id = 1',
  );
  return row === undefined ? -1n : big(row.finalized_slot);
}
