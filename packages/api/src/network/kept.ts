import { type ChainPosition, chainPosition } from '@inferscan/protocol';
import { big, type Numeric } from '../read/columns.js';
import type { Reader } from '../read/index-reader.js';

/** What the index does not keep any more; null: it keeps everything. */
export interface Kept {
  /** Of transactions before this slot the single instructions are not kept: what followed from them is. */
  eventsFromSlot: bigint | null;
  /** Transactions before this slot are not in the archive. */
  archiveFromSlot: bigint | null;
}

export async function readKept(reader: Reader): Promise<Kept> {
  const row = await reader.first<{ events_from_slot: Numeric | null; archive_from_slot: Numeric | null }>(
    'select events_from_slot, archive_from_slot from retention where id = 1',
  );
  const slot = (value: Numeric | null | undefined): bigint | null => (value == null ? null : big(value));
  return { eventsFromSlot: slot(row?.events_from_slot), archiveFromSlot: slot(row?.archive_from_slot) };
}

/** The slot before which events are not kept, for something that began before it; null: all of its events are there. */
export async function readEventsFrom(reader: Reader, beganAt: ChainPosition): Promise<bigint | null> {
  const { eventsFromSlot } = await readKept(reader);
  return eventsFromSlot !== null && beganAt < chainPosition(eventsFromSlot, 0) ? eventsFromSlot : null;
}
