import type { ChainTransaction, ChangeSet, NetworkSnapshot } from '@inferscan/protocol';

import type { SourceCursor } from '../source/chain-source.js';

/** What to store in one transaction. */
export interface StoreBatch {
  /** The cursor that the batch follows: the store must be exactly there. */
  readonly after: SourceCursor | null;
  /** In chain order, whole slots, at least one. */
  readonly transactions: readonly ChainTransaction[];
  /** All their changes, each record once, in its latest version. */
  readonly changes: ChangeSet;
}

export interface IndexerStatus {
  readonly headSlot: bigint;
  readonly indexedSlot: bigint;
  readonly phase: 'backfill' | 'tip';
  readonly error: string | null;
}

/** Where facts are kept. */
export interface Store {
  /** Binds the store to a chain. @throws WrongChainError if it holds another's facts */
  open(genesisHash: string): Promise<void>;
  cursor(): Promise<SourceCursor | null>;
  /** Every record that can still change. */
  snapshot(): Promise<NetworkSnapshot>;
  /**
   * Rows, checkpoint and notification, all or nothing.
   * @throws ConcurrentWriterError if the store is not at `after`
   */
  commit(batch: StoreBatch): Promise<void>;
  saveStatus(status: IndexerStatus): Promise<void>;
}

/** The database holds the facts of another chain. */
export class WrongChainError extends Error {
  override readonly name = 'WrongChainError';

  constructor(
    stored: { cluster: string; genesisHash: string },
    actual: { cluster: string; genesisHash: string },
  ) {
    super(
      `the database holds ${stored.cluster} with genesis ${stored.genesisHash}, the RPC serves ` +
        `${actual.cluster} with genesis ${actual.genesisHash}: ` +
        'set DATABASE_URL to another database, or empty this one with --reset',
    );
  }
}

/** Somebody else writes to the same database. */
export class ConcurrentWriterError extends Error {
  override readonly name = 'ConcurrentWriterError';
}
