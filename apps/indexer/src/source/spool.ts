import type { Address } from '@solana/kit';

import type { SignatureEntry } from '../rpc/client.js';
import type { ListedEntry } from './slots.js';

/** How far the list of one address has got. */
export interface SpooledList {
  /** Whether the listing reached `afterSlot`. */
  readonly complete: boolean;
  /** The oldest entry so far: the listing goes on before it. */
  readonly oldest: Pick<SignatureEntry, 'signature' | 'slot'> | null;
}

/** What a listing under way covers. */
export interface SpoolState {
  /** Listed are slots after this one (-1: from the beginning) ... */
  readonly afterSlot: bigint;
  /** ... up to this one. */
  readonly upToSlot: bigint;
  readonly lists: ReadonlyMap<Address, SpooledList>;
}

/**
 * Keeps lists of signatures too long for memory, outside of it and across restarts: chains list newest first,
 * history is folded oldest first.
 */
export interface SignatureSpool {
  state(): Promise<SpoolState | null>;
  /** Starts an empty list for each address. */
  begin(afterSlot: bigint, upToSlot: bigint, addresses: readonly Address[]): Promise<void>;
  /** Adds older entries of an address, newest first. */
  append(address: Address, entries: readonly SignatureEntry[]): Promise<void>;
  markComplete(address: Address): Promise<void>;
  /** Up to `limit` entries of slots after `afterSlot`, the oldest slots first; those of one address oldest first. */
  readOldest(afterSlot: bigint, limit: number): Promise<ListedEntry[]>;
  /** Forgets everything. */
  clear(): Promise<void>;
}
