import { z } from 'zod';
import type { Commitment, TransactionError } from '../../chain/types.js';
import { type RpcContext, withContext } from '../context.js';
import { defineMethod } from '../method.js';
import { signature } from '../params.js';
import { flag, sequence, struct } from '../typed-params.js';

const MAX_SIGNATURES = 256;
/** Votes, by which validators count confirmations, add up to no more than this. */
const MAX_CONFIRMATIONS = 31;

const signatures = sequence(signature, MAX_SIGNATURES, `Too many inputs provided; max ${MAX_SIGNATURES}`);

export const getSignatureStatuses = defineMethod(
  'getSignatureStatuses',
  z.tuple([signatures, struct('RpcSignatureStatusConfig', { searchTransactionHistory: flag }).nullish()]),
  async (context, [wanted, config]) => {
    const search = config?.searchTransactionHistory === true;
    const statuses = await Promise.all(wanted.map((one) => statusOf(context, one, search)));
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

async function describe(context: RpcContext, slot: number, err: TransactionError | null): Promise<object> {
  const { chain } = context;
  const confirmationStatus: Commitment =
    slot <= chain.slot('finalized')
      ? 'finalized'
      : slot <= chain.slot('confirmed')
        ? 'confirmed'
        : 'processed';
  return {
    confirmationStatus,
    confirmations: confirmationStatus === 'finalized' ? null : await confirmations(context, slot),
    err,
    slot,
    status: err === null ? { Ok: null } : { Err: err },
  };
}

/** How many blocks have come since; slots without one do not count. */
async function confirmations({ chain, store }: RpcContext, slot: number): Promise<number> {
  const newest = chain.blockHeight('processed');
  const header = await store.block(slot);
  return header === null ? 0 : Math.min(newest - header.blockHeight, MAX_CONFIRMATIONS);
}
