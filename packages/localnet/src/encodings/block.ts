import type { BlockHeader, TransactionRecord } from '../chain/types.js';
import type { Base58 } from './base58.js';
import { encodeAccountsOnly, encodeRecord, type TransactionView } from './transaction.js';

/** How much the RPC tells of a block's transactions. */
export const TRANSACTION_DETAILS = ['full', 'signatures', 'none', 'accounts'] as const;
export type TransactionDetails = (typeof TRANSACTION_DETAILS)[number];

export interface BlockView extends TransactionView {
  readonly transactionDetails?: TransactionDetails | null | undefined;
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
    blockHeight: header.blockHeight,
    blockTime: header.blockTime,
    blockhash: header.blockhash,
    parentSlot: header.parentSlot,
    previousBlockhash: header.previousBlockhash,
    ...(view.rewards === false ? {} : { rewards: [] }),
    ...encodeTransactions(records, view, base58),
  };
}

function encodeTransactions(records: readonly TransactionRecord[], view: BlockView, base58: Base58): object {
  switch (view.transactionDetails ?? 'full') {
    case 'none':
      return {};
    case 'signatures':
      return { signatures: records.map(({ transaction }) => transaction.signature) };
    case 'accounts':
      return { transactions: records.map((record) => encodeAccountsOnly(record, view, base58)) };
    case 'full':
      return { transactions: records.map((record) => encodeRecord(record, view, base58)) };
  }
}
