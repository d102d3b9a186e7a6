import type { ChainTransaction, ChangeSet, NetworkSnapshot } from '@inferscan/protocol';

import type { ListedTransaction, SourceBlock } from '../source/chain-source.js';
import type { AddressMarks, SourceCursor } from '../source/cursor.js';

/** What to store in one transaction. */
export interface StoreBatch {
  /** The transaction that the batch follows: the store must be exactly there. */
  readonly after: Pick<SourceCursor, 'signature'> | null;
  /** In chain order, whole slots, at least one. */
  readonly transactions: readonly ChainTransaction[];
  /** All their changes, each record once, in its latest version. */
  readonly changes: ChangeSet;
  /** The block of a single slot that is not final, whose changes may have to be taken back; null: all is final. */
  readonly block: SourceBlock | null;
}

/** What is stored and not known to be final. */
export interface Pending {
  /** Everything up to this slot is final; -1 before anything is. */
  readonly finalizedSlot: bigint;
  /** Blocks above it that hold stored transactions, oldest first. */
  readonly blocks: readonly SourceBlock[];
}

export interface IndexerStatus {
  readonly headSlot: bigint;
  readonly indexedSlot: bigint;
  readonly phase: 'backfill' | 'tip';
  readonly error: string | null;
}

/** How far a load is with putting the store in order. */
export interface Finishing {
  /** Steps, each of which takes seconds or minutes. */
  readonly done: number;
  readonly of: number;
  /** What is being done. */
  readonly step: string;
}

/**
 * Final history on its way into a store, many transactions at a time. Until it is finished, indexes are missing and nobody
 * else may write.
 */
export interface BulkLoad {
  /** Everything up to this slot is committed; -1: nothing. */
  readonly committedSlot: bigint;
  /** Takes the next transaction. */
  add(transaction: ChainTransaction, changes: ChangeSet): void;
  /** To be called with those that were added since the last call, in whole slots; resolves when more may come. */
  batchEnds(added: readonly ChainTransaction[]): Promise<void>;
  /**
   * Commits everything and puts the store in order again, which takes minutes where there is much of it. When that is aborted,
   * what was done stays done, and the next load goes on with it.
   * @throws ConcurrentWriterError, as `batchEnds`; the signal's reason
   */
  finish(onStep: (finishing: Finishing) => void, signal: AbortSignal): Promise<void>;
  /** Ends it for now, if it is not finished: what was added is committed, or dropped. */
  close(keep: boolean): Promise<void>;
}

/** Where facts are kept. */
export interface Store {
  /** Binds the store to a chain. @throws WrongChainError, WrongScopeError if it holds another's facts, or not all of its */
  open(genesisHash: string): Promise<void>;
  cursor(): Promise<SourceCursor | null>;
  /** Every record that can still change. */
  snapshot(): Promise<NetworkSnapshot>;
  /**
   * Rows, checkpoint and notification, all or nothing.
   * @throws ConcurrentWriterError if the store is not at `after`
   */
  commit(batch: StoreBatch): Promise<void>;
  /**
   * A faster way to store final history, where there is much of it and the store is empty, or a load was interrupted;
   * null where it is neither.
   * @param transactions that are waiting to be stored, at least
   */
  bulkLoad(transactions: number): Promise<BulkLoad | null>;
  pending(): Promise<Pending>;
  /** Stored transactions in slots above `after` up to `upTo`. */
  transactionsIn(after: bigint, upTo: bigint): Promise<ListedTransaction[]>;
  /** The last stored transaction that names each address, in slots up to `upTo`, which is final. */
  marks(upTo: bigint): Promise<AddressMarks>;
  /** Marks everything up to the slot as final: it cannot be taken back any more. */
  finalize(slot: bigint): Promise<void>;
  /**
   * Takes back every transaction in slots above `slot` and all that followed from them; returns how many there were.
   * @throws RangeError when something above it is final
   */
  rollBack(slot: bigint): Promise<number>;
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

/** The database holds what names other addresses than those that are followed now. */
export class WrongScopeError extends Error {
  override readonly name = 'WrongScopeError';

  constructor(stored: readonly string[] | null, followed: readonly string[]) {
    const missing = followed.filter((address) => stored?.includes(address) !== true);
    super(
      `the database holds ${stored === null ? 'the jobs program alone' : stored.join(', ')}, and now ` +
        `${followed.join(', ')} are followed: ${missing.length > 0 ? `the history of ${missing.join(', ')} is missing in it; ` : ''}` +
        'index into another one (DATABASE_URL), or start this one over with --reset',
    );
  }
}

/** Somebody else writes to the same database. */
export class ConcurrentWriterError extends Error {
  override readonly name = 'ConcurrentWriterError';
}
