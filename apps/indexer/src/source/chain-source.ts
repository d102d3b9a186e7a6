import type { ChainTransaction } from '@inferscan/protocol';

/** The last transaction that is stored; everything up to its slot's end is. */
export interface SourceCursor {
  readonly slot: bigint;
  readonly signature: string;
  /** The one before it, if there is one: asking from there shows whether the chain still knows `signature`. */
  readonly previousSignature: string | null;
}

/** The next stretch of history: whole slots, in chain order. */
export interface SourceBatch {
  /** May be empty: then nothing happened up to `coveredSlot`. */
  readonly transactions: readonly ChainTransaction[];
  /** Everything up to this slot, included, has been delivered. */
  readonly coveredSlot: bigint;
  /** The newest confirmed slot when this was asked. */
  readonly headSlot: bigint;
  /** Nothing more was there to deliver. */
  readonly atTip: boolean;
}

/** Where transactions come from. One stream covers backfill, oldest first, and then the tip, for ever. */
export interface ChainSource {
  /** Names the chain: never the same for two. */
  genesisHash(signal: AbortSignal): Promise<string>;
  /**
   * Everything after `cursor` (null: from the beginning) until aborted. When the next batch is asked for,
   * the one before must be stored.
   * @throws ContinuityError if the chain does not know the cursor's transaction; RpcError code `refused`
   */
  batches(cursor: SourceCursor | null, signal: AbortSignal): AsyncGenerator<SourceBatch, void>;
  close(): void;
}

/** The chain no longer has a transaction that was stored as confirmed. */
export class ContinuityError extends Error {
  override readonly name = 'ContinuityError';

  constructor(signature: string, slot: bigint) {
    super(
      `the chain does not know transaction ${signature} of slot ${slot}, up to which everything is stored: ` +
        'the RPC keeps no history or the chain rolled it back; use an RPC with full history, or start over with --reset',
    );
  }
}
