import { z } from 'zod';
import type { Commitment, TransactionError } from '../../chain/types.js';
import { type RpcContext, withContext } from '../context.js';
import { defineMethod } from '../method.js';
import { signature } from '../params.js';

export const getSignatureStatuses = defineMethod(
  'getSignatureStatuses',
  z.tuple([
    z.array(signature).max(256),
    z.object({ searchTransactionHistory: z.boolean().nullish() }).nullish(),
  ]),
  async (context, [signatures, config]) => {
    const search = config?.searchTransactionHistory === true;
    const statuses = await Promise.all(signatures.map((wanted) => statusOf(context, wanted, search)));
    return withContext(context, { commitment: 'processed' }, statuses);
  },
);

async function statusOf(context: RpcContext, wanted: string, search: boolean): Promise<object | null> {
  const { chain, store, base58 } = context;
  const recent = chain.recentStatus(wanted);
  if (recent !== undefined) return describe(context, recent.slot, recent.err);
  if (!search) return null;
  const position = await store.position(base58.decode(wanted));
  const summary = position === null ? null : await store.summary(position);
  return summary === null ? null : describe(context, summary.slot, summary.err);
}

function describe({ chain }: RpcContext, slot: number, err: TransactionError | null): object {
  const confirmationStatus: Commitment =
    slot <= chain.slot('finalized')
      ? 'finalized'
      : slot <= chain.slot('confirmed')
        ? 'confirmed'
        : 'processed';
  return {
    slot,
    confirmations: confirmationStatus === 'finalized' ? null : Math.max(0, chain.slot('processed') - slot),
    err,
    status: err === null ? { Ok: null } : { Err: err },
    confirmationStatus,
  };
}
