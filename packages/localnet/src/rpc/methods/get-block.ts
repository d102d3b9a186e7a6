import { z } from 'zod';
import { type BlockView, encodeBlock, TRANSACTION_DETAILS } from '../../encodings/block.js';
import { contextSlot } from '../context.js';
import { defineMethod } from '../method.js';
import { missingBlock } from '../missing-block.js';
import { historyFields, maxTransactionVersion, slot, transactionEncoding } from '../params.js';

const config = z
  .union([
    transactionEncoding.transform((encoding) => ({ encoding })),
    z.object({
      ...historyFields,
      encoding: transactionEncoding.nullish(),
      transactionDetails: z.enum(TRANSACTION_DETAILS).nullish(),
      rewards: z.boolean().nullish(),
      maxSupportedTransactionVersion: maxTransactionVersion.nullish(),
    }),
  ])
  .nullish();

export const getBlock = defineMethod(
  'getBlock',
  z.tuple([slot, config]),
  async (context, [wanted, given]) => {
    const { store, base58 } = context;
    const view: BlockView & { commitment?: 'processed' | 'confirmed' | 'finalized' | null | undefined } =
      given ?? {};
    const newest = contextSlot(context, view);
    const header = wanted > newest ? null : await store.block(wanted);
    if (header === null) throw missingBlock(wanted, newest);
    const records = view.transactionDetails === 'none' ? [] : await store.recordsOfBlock(wanted);
    return encodeBlock(header, records, view, base58);
  },
);
