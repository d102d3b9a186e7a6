import type { Address } from '@solana/kit';

import { pause } from '../rpc/backoff.js';
import type { RpcClient, SignatureEntry } from '../rpc/client.js';
import type { AddressMark } from '../source/cursor.js';

/** What an address' list says of some slots. */
export interface ListedAround {
  /** A transaction in them; null: nothing happened there. */
  readonly busy: SignatureEntry | null;
  /** The last one before them; null where the address has none. */
  readonly mark: AddressMark | null;
}

const PAGE = 1_000;
/** An empty list is believed when it was seen this often: a node that is catching up sends one too. */
const EMPTY_LISTS = 3;
const EMPTY_PAUSE_MS = 200;

/** Looks whether anything final happened to an address in slots above `from` up to `to`, and what happened last before. */
export async function listAround(
  rpc: Pick<RpcClient, 'signaturesOf'>,
  address: Address,
  { from, to }: { readonly from: bigint; readonly to: bigint },
  signal: AbortSignal,
): Promise<ListedAround> {
  let before: string | undefined;
  for (let empty = 0; ; ) {
    const page = await rpc.signaturesOf(
      address,
      {
        limit: PAGE,
        minContextSlot: to,
        commitment: 'finalized',
        ...(before === undefined ? {} : { before }),
      },
      signal,
    );
    const oldest = page.at(-1);
    if (oldest === undefined) {
      if (++empty >= EMPTY_LISTS) return { busy: null, mark: null };
      await pause(EMPTY_PAUSE_MS, signal);
      continue;
    }
    const busy = page.find(({ slot }) => slot > from && slot <= to);
    if (busy !== undefined) return { busy, mark: null };
    const last = page.find(({ slot }) => slot <= from);
    if (last !== undefined) {
      const previous = page.find(({ slot }) => slot < last.slot)?.signature ?? null;
      return { busy: null, mark: { signature: last.signature, slot: last.slot, previous } };
    }
    before = oldest.signature;
  }
}
