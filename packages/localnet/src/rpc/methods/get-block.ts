import { z } from 'zod';
import {
  allKeys,
  encodeAccountKeys,
  encodeRecord,
  type TransactionView,
} from '../../encodings/transaction.js';
import { RPC_CODES, RpcError } from '../../rpc-error.js';
import { contextSlot, type RpcContext } from '../context.js';
import { defineMethod } from '../method.js';
import { historyFields, slot, transactionEncoding } from '../params.js';

const config = z
  .union([
    transactionEncoding.transform((encoding) => ({ encoding })),
    z.object({
      ...historyFields,
      encoding: transactionEncoding.nullish(),
      transactionDetails: z.enum(['full', 'accounts', 'signatures', 'none']).nullish(),
      rewards: z.boolean().nullish(),
      maxSupportedTransactionVersion: z.number().int().min(0).max(127).nullish(),
    }),
  ])
  .nullish();

interface BlockView extends TransactionView {
  readonly transactionDetails?: 'full' | 'accounts' | 'signatures' | 'none' | null | undefined;
  readonly rewards?: boolean | null | undefined;
}

export const getBlock = defineMethod(
  'getBlock',
  z.tuple([slot, config]),
  async (context, [wanted, given]) => {
    const view: BlockView & { commitment?: 'processed' | 'confirmed' | 'finalized' | null | undefined } =
      given ?? {};
    if (wanted > contextSlot(context, view)) {
      throw new RpcError(RPC_CODES.blockNotAvailable, `Block not available for slot ${wanted}`);
    }
    const header = await context.store.block(wanted);
    if (header === null) {
      throw new RpcError(
        RPC_CODES.slotSkipped,
        `Slot ${wanted} was skipped, or missing due to ledger jump to recent snapshot`,
      );
    }
    return {
      blockhash: header.blockhash,
      previousBlockhash: header.previousBlockhash,
      parentSlot: header.parentSlot,
      blockHeight: header.blockHeight,
      blockTime: header.blockTime,
      ...(await transactionsOf(context, wanted, view)),
      ...(view.rewards === false ? {} : { rewards: [] }),
    };
  },
);

async function transactionsOf(
  { store, base58 }: RpcContext,
  wanted: number,
  view: BlockView,
): Promise<object> {
  switch (view.transactionDetails ?? 'full') {
    case 'none':
      return {};
    case 'signatures':
      return { signatures: (await store.summariesOfBlock(wanted)).map(({ signature }) => signature) };
    case 'accounts': {
      const records = await store.recordsOfBlock(wanted);
      return {
        transactions: records.map((record) => ({
          ...encodeRecord(record, view, base58),
          transaction: {
            signatures: record.transaction.signatures.map((bytes) => base58.encode(bytes)),
            accountKeys: encodeAccountKeys(
              record.transaction.message,
              allKeys(record.transaction.message, record.meta),
            ),
          },
        })),
      };
    }
    case 'full': {
      const records = await store.recordsOfBlock(wanted);
      return { transactions: records.map((record) => encodeRecord(record, view, base58)) };
    }
  }
}
