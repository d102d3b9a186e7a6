import type { ChainTransaction } from '@inferscan/protocol';

import type { AddressMarks, SourceCursor } from './cursor.js';

/** A block that holds transactions of the network, as the chain had it when they were read. */
export interface SourceBlock {
  readonly slot: bigint;
  readonly blockhash: string;
}

/** A transaction at its place. */
export interface ListedTransaction {
  readonly signature: string;
  readonly slot: bigint;
}

/** The next stretch of history: whole slots, in chain order. What is not final comes slot by slot. */
export interface SourceBatch {
  /** May be empty: then nothing happened up to `coveredSlot`. */
  readonly transactions: readonly ChainTransaction[];
  /** Everything up to this slot, included, has been delivered. */
  readonly coveredSlot: bigint;
  /** The newest confirmed slot when this was asked. */
  readonly headSlot: bigint;
  /** Everything in slots up to this one is final; later ones may still be dropped by a fork. */
  readonly finalizedSlot: bigint;
  /** The blocks of the transactions after `finalizedSlot`. */
  readonly blocks: readonly SourceBlock[];
  /** Nothing more was there to deliver. */
  readonly atTip: boolean;
}

/** Where transactions come from. One stream covers backfill, oldest first, and then the tip, for ever. */
export interface ChainSource {
  /** Names the chain: never the same for two. */
  genesisHash(signal: AbortSignal): Promise<string>;
  /**
   * Everything after `cursor` (null: from the beginning) until aborted. What is delivered may be stored later: whoever is
   * stopped before that asks for it again, by the cursor of what is.
   * @throws ContinuityError if the chain does not know the cursor's transaction; RpcError code `refused`
   */
  batches(cursor: SourceCursor | null, signal: AbortSignal): AsyncGenerator<SourceBatch, void>;
  /** Of blocks that were read before, the newest slot that is still on the confirmed chain; null when none is. */
  standing(blocks: readonly SourceBlock[], signal: AbortSignal): Promise<bigint | null>;
  /** Hash of a finalized block; null where the slot has none, or the chain does not tell (yet). */
  finalBlockhash(slot: bigint, signal: AbortSignal): Promise<string | null>;
  /** Every finalized transaction in slots above `after` up to `upTo`; `marks` are of slots that are not above `after`. */
  finalTransactions(
    range: { readonly after: bigint; readonly upTo: bigint; readonly marks: AddressMarks },
    signal: AbortSignal,
  ): Promise<ListedTransaction[]>;
  /** To be told: all that was delivered in slots up to this one is on the finalized chain. */
  proven(slot: bigint): void;
  close(): void;
}

/** Up to where what was delivered with a batch, and before it, is final: what is delivered may reach further, or less far, than finality. */
export const finalUpTo = ({
  finalizedSlot,
  coveredSlot,
}: Pick<SourceBatch, 'finalizedSlot' | 'coveredSlot'>): bigint =>
  finalizedSlot < coveredSlot ? finalizedSlot : coveredSlot;

/** The chain no longer has a transaction that was stored as confirmed. */
export class ContinuityError extends Error {
  override readonly name = 'ContinuityError';

  constructor(signature: string, slot: bigint) {
    super(
      `the chain does not know transaction ${signature} of slot ${slot}, up to which everything is stored`,
    );
  }
}
