import { z } from 'zod';
import type { Block, TransactionRecord } from '../chain/types.js';
import type { Base58 } from '../encodings/base58.js';
import { type BlockView, encodeBlock, TRANSACTION_DETAILS } from '../encodings/block.js';
import { requireConfirmed } from '../rpc/history.js';
import { address, contextFields, maxTransactionVersion, transactionEncoding } from '../rpc/params.js';
import { RPC_CODES, RpcError } from '../rpc-error.js';
import { mentions } from './mentions.js';
import { defineSubscription } from './subscription.js';

const filter = z.union([z.literal('all'), z.object({ mentionsAccountOrProgram: address })]);

const config = z
  .object({
    ...contextFields,
    encoding: transactionEncoding.nullish(),
    transactionDetails: z.enum(TRANSACTION_DETAILS).nullish(),
    maxSupportedTransactionVersion: maxTransactionVersion.nullish(),
    showRewards: z.boolean().nullish(),
  })
  .nullish();

export const blockSubscription = defineSubscription(
  'block',
  z.tuple([filter, config]),
  ({ base58 }, [wanted, given], notify) => {
    requireConfirmed(given);
    const level = given?.commitment === 'confirmed' ? 'confirmed' : 'finalized';
    const mentioned = wanted === 'all' ? null : wanted.mentionsAccountOrProgram;
    const view: BlockView = {
      ...given,
      encoding: given?.encoding ?? 'base64',
      rewards: given?.showRewards ?? false,
    };
    return {
      onEvent(event) {
        if (event.type !== level) return;
        const records =
          mentioned === null
            ? event.block.records
            : event.block.records.filter((record) => mentions(record, mentioned));
        if (mentioned !== null && records.length === 0) return;
        notify({
          context: { slot: event.slot },
          value: { slot: event.slot, ...describeBlock(event.block, records, view, base58) },
        });
      },
    };
  },
);

/** A block that the client cannot take is told as an error in the notification; the subscription goes on. */
function describeBlock(
  block: Block,
  records: readonly TransactionRecord[],
  view: BlockView,
  base58: Base58,
): { block: object | null; err: unknown } {
  try {
    return { block: encodeBlock(block.header, records, view, base58), err: null };
  } catch (error) {
    if (!(error instanceof RpcError) || error.code !== RPC_CODES.unsupportedTransactionVersion) throw error;
    return { block: null, err: { UnsupportedTransactionVersion: 0 } };
  }
}
