import type { BlockHeader, TransactionRecord } from '../chain/types.js';
import type { Base58 } from './base58.js';
import { allKeys, encodeAccountKeys, encodeRecord, type TransactionView } from './transaction.js';

/** How much the RPC tells of a block's transactions. */
export const TRANSACTION_DETAILS = ['full', 'accounts', 'signatures', 'none'] as const;
export type TransactionDetails = (typeof TRANSACTION_DETAILS)[number];

export interface BlockView extends TransactionView {
  readonly transactionDetails?: TransactionDetails | null | undefined;
  /** Default true. There are no rewards: the list is empty. */
  readonly rewards?: boolean | null | undefined;
}

/**
 * Writes a block as getBlock and blockSubscribe return it.
 *
 * @throws RpcError -32015 when it holds a transaction of a version that the client did not say it understands.
 */
export function encodeBlock(
  header: BlockHeader,
  records: readonly TransactionRecord[],
  view: BlockView,
  base58: Base58,
): object {
  return {
    blockhash: header.blockhash,
    previousBlockhash: header.previousBlockhash,
    parentSlot: header.parentSlot,
    blockHeight: header.blockHeight,
    blockTime: header.blockTime,
    ...encodeTransactions(records, view, base58),
    ...(view.rewards === false ? {} : { rewards: [] }),
  };
}

function encodeTransactions(records: readonly TransactionRecord[], view: BlockView, base58: Base58): object {
  switch (view.transactionDetails ?? 'full') {
    case 'none':
      return {};
    case 'signatures':
      return { signatures: records.map(({ transaction }) => transaction.signature) };
    case 'accounts':
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
    case 'full':
      return { transactions: records.map((record) => encodeRecord(record, view, base58)) };
  }
}
