import type { Address } from '@solana/kit';

import { pause } from '../rpc/backoff.js';
import type { Commitment, RpcClient, SignatureEntry } from '../rpc/client.js';
import { ContinuityError } from './chain-source.js';
import type { SourceCursor } from './cursor.js';

export interface ListingRange {
  /** Entries after its slot; null: from the beginning. */
  readonly cursor: SourceCursor | null;
  /** Entries up to this slot, which is confirmed: all of its transactions are there. */
  readonly upToSlot: bigint;
  /** Go on before this entry instead of starting at the newest. */
  readonly resumeBefore?: string;
  /** Default confirmed. */
  readonly commitment?: Commitment;
  /** The address was seen to have no transaction a moment ago: that it has none is believed without waiting. */
  readonly knownEmpty?: boolean;
}

const PAGE = 1_000;
/** An empty page is believed only when it was seen this often: a node that is catching up sends them too. */
const EMPTY_PAGES = 3;
const EMPTY_PAUSE_MS = 200;

/**
 * Lists an address' transactions newest first, page by page, until the cursor's mark of the address shows up:
 * that proves that nothing between is missing.
 * @throws ContinuityError if the pages go past the mark without showing it
 */
export async function* listSignatures(
  rpc: RpcClient,
  address: Address,
  range: ListingRange,
  signal: AbortSignal,
): AsyncGenerator<SignatureEntry[], void> {
  const { cursor, upToSlot } = range;
  const mark = cursor?.marks.get(address);
  const isLost = ({ signature, slot } = mark ?? { signature: '', slot: 0n }): ContinuityError =>
    new ContinuityError(signature, slot);
  let before = range.resumeBefore;
  const ask = (): Promise<SignatureEntry[]> =>
    rpc.signaturesOf(
      address,
      {
        limit: PAGE,
        minContextSlot: upToSlot,
        ...(range.commitment === undefined ? {} : { commitment: range.commitment }),
        ...(before === undefined ? {} : { before }),
        ...(mark === undefined || mark.previous === null ? {} : { until: mark.previous }),
      },
      signal,
    );
  for (;;) {
    const page = range.knownEmpty === true ? await askAtOnce(ask) : await askAgain(ask, signal);
    const oldest = page.at(-1);
    if (oldest === undefined) {
      if (mark !== undefined) throw isLost();
      return;
    }
    const fresh = page.filter(({ slot }) => slot <= upToSlot && (cursor === null || slot > cursor.slot));
    if (fresh.length > 0) yield fresh;
    if (mark !== undefined) {
      const again = page.find(({ signature }) => signature === mark.signature);
      // The same transaction in another slot: its block was dropped by a fork, and another one took it.
      if (again !== undefined && again.slot !== mark.slot) throw isLost();
      if (again !== undefined) return;
      if (oldest.slot < mark.slot) throw isLost();
    } else if (cursor !== null && oldest.slot <= cursor.slot) return;
    before = oldest.signature;
  }
}

type Ask = () => Promise<SignatureEntry[]>;

/** A page that may well be empty, asked for as often as it takes to believe that, all at once: a look at the tip waits for it. */
async function askAtOnce(ask: Ask): Promise<SignatureEntry[]> {
  const pages = await Promise.all(Array.from({ length: EMPTY_PAGES }, ask));
  return pages.find(({ length }) => length > 0) ?? [];
}

/** A page that is asked for again while it is empty. */
async function askAgain(ask: Ask, signal: AbortSignal): Promise<SignatureEntry[]> {
  for (let asked = 1; ; asked++) {
    const page = await ask();
    if (page.length > 0 || asked === EMPTY_PAGES) return page;
    await pause(EMPTY_PAUSE_MS, signal);
  }
}
