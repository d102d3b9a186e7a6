import type { Address } from '@solana/kit';

import { backoffMs, pause } from '../../rpc/backoff.js';
import type { RpcClient, SignatureEntry } from '../../rpc/client.js';

export interface ListedWindow {
  /** Slots, both ends included. */
  readonly from: bigint;
  readonly to: bigint;
  /** A transaction of a later slot; null: begin at the newest. */
  readonly before: string | null;
  /** A transaction older than some that the address has before `from`; null: none is known. */
  readonly until: string | null;
  /** Whether the address has transactions before `from`: then its list cannot end within the window. */
  readonly hasOlder: boolean;
  readonly finalizedSlot: bigint;
}

/** Lists that contradict what is known of the address. */
export class LyingListError extends Error {
  override readonly name = 'LyingListError';
}

const PAGE = 1_000;
/** The end of a list is believed when it was seen this often: nodes that are catching up show it too. */
const EMPTY_PAGES = 3;
const MAX_LIES = 10;

/**
 * What getSignaturesForAddress lists of a window, newest first. It is read until a transaction before the window
 * shows up, which proves that nothing is missing.
 * @throws LyingListError when the list ends too early again and again
 */
export async function listWindow(
  rpc: RpcClient,
  address: Address,
  { from, to, before: start, until, hasOlder, finalizedSlot }: ListedWindow,
  signal: AbortSignal,
): Promise<SignatureEntry[]> {
  const listed: SignatureEntry[] = [];
  let before = start;
  for (let empty = 0; ; ) {
    const page = await rpc.signaturesOf(
      address,
      {
        limit: PAGE,
        commitment: 'finalized',
        minContextSlot: finalizedSlot,
        ...(before === null ? {} : { before }),
        ...(until === null ? {} : { until }),
      },
      signal,
    );
    const oldest = page.at(-1);
    if (oldest === undefined) {
      empty++;
      if (!hasOlder && empty >= EMPTY_PAGES) return listed;
      if (empty >= MAX_LIES) {
        throw new LyingListError(
          `the list of ${address} ends after slot ${from}, before which it has transactions`,
        );
      }
      await pause(backoffMs(empty, { firstMs: 50, maxMs: 2_000 }), signal);
      continue;
    }
    empty = 0;
    listed.push(...page.filter(({ slot }) => slot >= from && slot <= to));
    if (oldest.slot < from) return listed;
    before = oldest.signature;
  }
}
