import type { TransactionSummary } from '../chain/types.js';
import type { Position } from '../history/keys.js';
import type { RpcContext } from './context.js';

/** Where the transaction of that signature stands in the chain; null when there is none. */
export async function positionOf(
  { chain, store, base58 }: RpcContext,
  signature: string,
): Promise<Position | null> {
  return chain.recentStatus(signature) ?? (await store.position(base58.decode(signature)));
}

/** An entry of an address's history, as getSignaturesForAddress lists it. */
export function describeSummary({ chain }: RpcContext, summary: TransactionSummary): object {
  return {
    signature: summary.signature,
    slot: summary.slot,
    // Beyond Solana's RPC, as Helius does: the place in the block makes the order of a slot's transactions known.
    transactionIndex: summary.index,
    err: summary.err,
    memo: summary.memo,
    blockTime: summary.blockTime,
    confirmationStatus: summary.slot <= chain.slot('finalized') ? 'finalized' : 'confirmed',
  };
}
