import type { SignatureEntry } from '../rpc/client.js';

/** What a listing under way covers. */
export interface SpoolState {
  /** Listed are slots after this one (-1: from the beginning) ... */
  readonly afterSlot: bigint;
  /** ... up to this one. */
  readonly upToSlot: bigint;
  /** Whether the listing reached `afterSlot`. */
  readonly complete: boolean;
  /** The oldest entry so far: the listing goes on before it. */
  readonly oldest: SignatureEntry | null;
}

/**
 * Keeps a list of signatures too long for memory, outside of it and across restarts: chains list newest first,
 * history is folded oldest first.
 */
export interface SignatureSpool {
  state(): Promise<SpoolState | null>;
  /** Starts an empty list. */
  begin(afterSlot: bigint, upToSlot: bigint): Promise<void>;
  /** Adds older entries, newest first. */
  append(entries: readonly SignatureEntry[]): Promise<void>;
  markComplete(): Promise<void>;
  /** Up to `limit` entries, oldest first, of slots after `afterSlot`. */
  readOldest(afterSlot: bigint, limit: number): Promise<SignatureEntry[]>;
  /** Forgets entries up to this slot, and the list itself once it is empty. */
  discardThrough(slot: bigint): Promise<void>;
  clear(): Promise<void>;
}
