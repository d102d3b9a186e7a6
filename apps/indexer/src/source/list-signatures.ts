import type { Address } from '@solana/kit';

import { pause } from '../rpc/backoff.js';
import type { Commitment, RpcClient, SignatureEntry } from '../rpc/client.js';
import { ContinuityError, type SourceCursor } from './chain-source.js';

export interface ListingRange {
  /** Entries after its slot; null: from the beginning. */
  readonly cursor: SourceCursor | null;
  /** Entries up to this slot, which is confirmed: all of its transactions are there. */
  readonly upToSlot: bigint;
  /** Go on before this entry instead of starting at the newest. */
  readonly resumeBefore?: string;
  /** Default confirmed. */
  readonly commitment?: Commitment;
}

const PAGE = 1_000;
/** An empty page ends a listing only when it was seen this often: a node that is catching up sends them too. */
const EMPTY_PAGES = 3;
const EMPTY_PAUSE_MS = 200;

/**
 * Lists an address' transactions newest first, page by page, until the cursor's own transaction shows up:
 * that proves that nothing between is missing.
 * @throws ContinuityError if the pages go past the cursor without showing it
 */
export async function* listSignatures(
  rpc: RpcClient,
  address: Address,
  range: ListingRange,
  signal: AbortSignal,
): AsyncGenerator<SignatureEntry[], void> {
  const { cursor, upToSlot } = range;
  let before = range.resumeBefore;
  let emptyPages = 0;
  for (;;) {
    const page = await rpc.signaturesOf(
      address,
      {
        limit: PAGE,
        minContextSlot: upToSlot,
        ...(range.commitment === undefined ? {} : { commitment: range.commitment }),
        ...(before === undefined ? {} : { before }),
        ...(cursor === null || cursor.previousSignature === null ? {} : { until: cursor.previousSignature }),
      },
      signal,
    );
    const oldest = page.at(-1);
    if (oldest === undefined) {
      emptyPages++;
      if (emptyPages < EMPTY_PAGES) {
        await pause(EMPTY_PAUSE_MS, signal);
        continue;
      }
      if (cursor !== null) throw new ContinuityError(cursor.signature, cursor.slot);
      return;
    }
    emptyPages = 0;
    const fresh = page.filter(({ slot }) => slot <= upToSlot && (cursor === null || slot > cursor.slot));
    if (fresh.length > 0) yield fresh;
    if (cursor !== null) {
      const again = page.find(({ signature }) => signature === cursor.signature);
      // The same transaction in another slot: its block was dropped by a fork, and another one took it.
      if (again !== undefined && again.slot !== cursor.slot) {
        throw new ContinuityError(cursor.signature, cursor.slot);
      }
      if (again !== undefined) return;
      if (oldest.slot < cursor.slot) throw new ContinuityError(cursor.signature, cursor.slot);
    }
    before = oldest.signature;
  }
}
