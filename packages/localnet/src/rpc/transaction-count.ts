import type { Commitment } from '../chain/types.js';
import type { RpcContext } from './context.js';

/** Transactions of the chain up to the newest slot at a commitment. */
export async function transactionCount(
  { chain, store }: Pick<RpcContext, 'chain' | 'store'>,
  commitment: Commitment,
): Promise<number> {
  const slot = chain.slot(commitment);
  if (commitment === 'processed') return chain.transactionCount() + chain.recentSignatures(slot).length;
  return (await store.block(slot))?.totalTransactions ?? 0;
}
