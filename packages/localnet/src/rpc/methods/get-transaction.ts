import { z } from 'zod';
import { encodeRecord, type TransactionView } from '../../encodings/transaction.js';
import type { ContextConfig } from '../context.js';
import { positionOf, requireConfirmed } from '../history.js';
import { defineMethod } from '../method.js';
import {
  commitmentField,
  encodingOr,
  maxTransactionVersion,
  signature,
  transactionEncoding,
} from '../params.js';
import { struct } from '../typed-params.js';

const config = encodingOr(
  struct('RpcTransactionConfig', {
    ...commitmentField,
    encoding: transactionEncoding.nullish(),
    maxSupportedTransactionVersion: maxTransactionVersion.nullish(),
  }),
);

export const getTransaction = defineMethod(
  'getTransaction',
  z.tuple([signature, config]),
  async (context, [wanted, given]) => {
    const { chain, store, base58 } = context;
    const view: TransactionView & ContextConfig = given ?? {};
    requireConfirmed(view);
    const newest = chain.slot(view.commitment ?? 'finalized');
    const position = await positionOf(context, wanted);
    if (position === null || position.slot > newest) return null;
    const [record, header] = await Promise.all([chain.record(position), store.block(position.slot)]);
    if (record === null) return null;
    const { meta, transaction, ...version } = encodeRecord(record, view, base58);
    return {
      blockTime: header?.blockTime ?? null,
      meta,
      slot: position.slot,
      transaction,
      // As newer validators do: the place in the block, which makes the order of a slot's transactions known.
      transactionIndex: position.index,
      ...version,
    };
  },
);
