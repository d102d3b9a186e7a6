import type { Address } from '@solana/kit';

import type { RpcClient } from '../rpc/client.js';
import type { Difference } from './records.js';

/** Tells which of the signatures are stored. */
export type KnownSignatures = (signatures: readonly string[]) => Promise<ReadonlySet<string>>;

const PAGE = 1_000;

/**
 * Says why a record differs: a transaction of its account, up to the slot, that was never stored, or, where all are, the
 * way in which they were folded.
 */
export async function findCause(
  rpc: Pick<RpcClient, 'signaturesOf'>,
  known: KnownSignatures,
  { address }: Difference,
  slot: bigint,
  signal: AbortSignal,
): Promise<string> {
  let count = 0;
  for (let before: string | undefined; ; ) {
    const page = await rpc.signaturesOf(
      address as Address,
      {
        limit: PAGE,
        minContextSlot: slot,
        commitment: 'finalized',
        ...(before === undefined ? {} : { before }),
      },
      signal,
    );
    const due = page.filter((entry) => entry.slot <= slot);
    const stored = await known(due.map(({ signature }) => signature));
    const missing = due.findLast(({ signature }) => !stored.has(signature));
    if (missing !== undefined) {
      return `transaction ${missing.signature} of slot ${missing.slot} was never read`;
    }
    count += due.length;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) break;
    before = last.signature;
  }
  return count === 0
    ? 'the chain lists no transaction of this account'
    : `all ${count} transactions of this account are stored: they were folded into something else`;
}
