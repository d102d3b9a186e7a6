import type { Address } from '@solana/kit';

import { pause } from '../rpc/backoff.js';
import type { RpcClient, SignatureEntry } from '../rpc/client.js';

/** Tells which of the signatures are stored. */
export type KnownSignatures = (signatures: readonly string[]) => Promise<ReadonlySet<string>>;

/** What an account's own list says of what is stored. */
export interface AccountHistory {
  /** Transactions that are not stored, oldest first. */
  readonly missing: readonly SignatureEntry[];
  /** Transactions that are, as far as was looked. */
  readonly stored: number;
}

export interface HistoryRange {
  /** Up to this slot, which is final. */
  readonly upTo: bigint;
  /** Account and tables agreed as of this slot; -1: they never did. What is missing most likely lies after it. */
  readonly agreedAt: bigint;
  /** What lies up to this slot is stored as records alone, without transactions; -1: nothing does. */
  readonly after: bigint;
}

const PAGE = 1_000;
/** An empty list is believed when it was seen this often: a node that is catching up sends one too. */
const EMPTY_LISTS = 3;
const EMPTY_PAUSE_MS = 200;

/**
 * Lists an account's transactions and tells those that were never stored. Where some are missing since tables and account
 * agreed last, it does not look further back.
 */
export async function readHistory(
  rpc: Pick<RpcClient, 'signaturesOf'>,
  known: KnownSignatures,
  address: string,
  { upTo, agreedAt, after }: HistoryRange,
  signal: AbortSignal,
): Promise<AccountHistory> {
  const missing: SignatureEntry[] = [];
  let stored = 0;
  let empty = 0;
  for (let before: string | undefined; ; ) {
    const page = await rpc.signaturesOf(
      address as Address,
      {
        limit: PAGE,
        minContextSlot: upTo,
        commitment: 'finalized',
        ...(before === undefined ? {} : { before }),
      },
      signal,
    );
    const last = page.at(-1);
    if (last === undefined && before === undefined && ++empty < EMPTY_LISTS) {
      await pause(EMPTY_PAUSE_MS, signal);
      continue;
    }
    const due = page.filter((entry) => entry.slot <= upTo && entry.slot > after);
    const here = await known(due.map(({ signature }) => signature));
    missing.push(...due.filter(({ signature }) => !here.has(signature)));
    stored += here.size;
    if (
      last === undefined ||
      page.length < PAGE ||
      last.slot <= after ||
      (missing.length > 0 && last.slot <= agreedAt)
    ) {
      return { missing: missing.toReversed(), stored };
    }
    before = last.signature;
  }
}

/** Says why a record differs: transactions that were never stored or, where all are, the way in which they were folded. */
export function causeOf({ missing, stored }: AccountHistory): string {
  const [first] = missing;
  if (first !== undefined) {
    const others = missing.length === 1 ? '' : `, and ${missing.length - 1} after it,`;
    return `transaction ${first.signature} of slot ${first.slot}${others} was never read`;
  }
  return stored === 0
    ? 'the chain lists no transaction of this account'
    : `all ${stored} transactions of this account are stored: they were folded into something else`;
}
