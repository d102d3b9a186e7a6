import { big, type Numeric } from '../read/columns.js';
import type { Reader } from '../read/index-reader.js';

/** Target time of a slot on Solana; turns a distance in slots into seconds. */
const SLOT_SECONDS = 0.4;

/** What the indexer last said about itself. */
export interface IndexerHeartbeat {
  headSlot: bigint;
  indexedSlot: bigint;
  phase: string;
  error: string | null;
  /** Milliseconds since the epoch. */
  heartbeatAt: number;
}

/** How far the tables are behind the chain. */
export interface Lag {
  slots: number;
  /** Slots at 0.4 s each, to a tenth. */
  seconds: number;
}

/** null before an indexer has ever written. */
export async function readHeartbeat(reader: Reader): Promise<IndexerHeartbeat | null> {
  const row = await reader.first<{
    head_slot: Numeric;
    indexed_slot: Numeric;
    phase: string;
    error: string | null;
    heartbeat_at: Date;
  }>('select head_slot, indexed_slot, phase, error, heartbeat_at from indexer_status where id = 1');
  if (row === undefined) return null;
  return {
    headSlot: big(row.head_slot),
    indexedSlot: big(row.indexed_slot),
    phase: row.phase,
    error: row.error,
    heartbeatAt: row.heartbeat_at.getTime(),
  };
}

/** Distance between the chain's head and what is indexed, never negative. */
export function lagOf(heartbeat: Pick<IndexerHeartbeat, 'headSlot' | 'indexedSlot'>): Lag {
  const behind = heartbeat.headSlot - heartbeat.indexedSlot;
  const slots = behind > 0n ? Number(behind) : 0;
  return { slots, seconds: Math.round(slots * SLOT_SECONDS * 10) / 10 };
}
