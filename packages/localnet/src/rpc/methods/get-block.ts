import { z } from 'zod';
import { type BlockView, encodeBlock, TRANSACTION_DETAILS } from '../../encodings/block.js';
import type { ContextConfig } from '../context.js';
import { requireConfirmed } from '../history.js';
import { defineMethod } from '../method.js';
import { missingBlock } from '../missing-block.js';
import { commitmentField, encodingOr, maxTransactionVersion, slot, transactionEncoding } from '../params.js';
import { flag, struct, variant } from '../typed-params.js';

const config = encodingOr(
  struct('RpcBlockConfig', {
    ...commitmentField,
    encoding: transactionEncoding.nullish(),
    transactionDetails: variant(TRANSACTION_DETAILS).nullish(),
    rewards: flag.nullish(),
    maxSupportedTransactionVersion: maxTransactionVersion.nullish(),
  }),
);

export const getBlock = defineMethod(
  'getBlock',
  z.tuple([slot, config]),
  async ({ chain, store, base58 }, [wanted, given]) => {
    const view: BlockView & ContextConfig = given ?? {};
    requireConfirmed(view);
    const newest = chain.slot(view.commitment ?? 'finalized');
    const header = wanted > newest ? null : await store.block(wanted);
    if (header === null) throw missingBlock(wanted, chain);
    const records = view.transactionDetails === 'none' ? [] : await store.recordsOfBlock(wanted);
    return encodeBlock(header, records, view, base58);
  },
);
