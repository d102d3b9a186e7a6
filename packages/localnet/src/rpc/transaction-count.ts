import type { Commitment } from '../chain/types.js';
import type { RpcContext } from './context.js';

/** Transactions of the chain up to the newest slot at a commitment. */
export async function transactionCount(
  { chain, store }: Pick<RpcContext, 'chain' | 'store'>,
  commitment: Commitment,
): Promise<number> {
  if (commitment === 'processed') return chain.transactionCount();
  return (await store.block(chain.slot(commitment)))?.totalTransactions ?? 0;
}
