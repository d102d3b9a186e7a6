import { z } from 'zod';
import { encodeRecord } from '../../encodings/transaction.js';
import { contextSlot } from '../context.js';
import { positionOf } from '../history.js';
import { defineMethod } from '../method.js';
import { signature, transactionConfig } from '../params.js';

export const getTransaction = defineMethod(
  'getTransaction',
  z.tuple([signature, transactionConfig]),
  async (context, [wanted, config]) => {
    const { chain, store, base58 } = context;
    const newest = contextSlot(context, config);
    const position = await positionOf(context, wanted);
    if (position === null || position.slot > newest) return null;
    const [record, header] = await Promise.all([chain.record(position), store.block(position.slot)]);
    if (record === null) return null;
    return {
      slot: position.slot,
      blockTime: header?.blockTime ?? null,
      // Beyond Solana's RPC: the place in the block, which makes the order of a slot's transactions known.
      transactionIndex: position.index,
      ...encodeRecord(record, config ?? {}, base58),
    };
  },
);
