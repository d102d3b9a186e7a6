import type { TransactionSummary } from '../chain/types.js';
import type { Position } from '../history/keys.js';
import { refusedParams } from '../rpc-error.js';
import type { ContextConfig, RpcContext } from './context.js';

/**
 * Refuses a commitment at which there is no history.
 *
 * @throws RpcError -32602
 */
export function requireConfirmed(config: ContextConfig | null | undefined): void {
  if (config?.commitment === 'processed') {
    throw refusedParams('Method does not support commitment below `confirmed`');
  }
}

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
    blockTime: summary.blockTime,
    confirmationStatus: summary.slot <= chain.slot('finalized') ? 'finalized' : 'confirmed',
    err: summary.err,
    memo: summary.memo,
    signature: summary.signature,
    slot: summary.slot,
    // As newer validators and Helius do: the place in the block makes the order of a slot's transactions known.
    transactionIndex: summary.index,
  };
}
