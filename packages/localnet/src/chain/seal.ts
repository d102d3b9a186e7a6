import { createHash } from 'node:crypto';
import type { Base58 } from '../encodings/base58.js';
import type { BlockHeader, TransactionRecord } from './types.js';

export interface SlotToSeal {
  readonly slot: number;
  /** Unix seconds. */
  readonly time: number;
  readonly records: readonly TransactionRecord[];
  /** Null for the first block. */
  readonly parent: BlockHeader | null;
  readonly genesisHash: string;
}

/** Makes the header of a slot that closes; its blockhash depends on everything before it and on what is in it. */
export function sealSlot(
  { slot, time, records, parent, genesisHash }: SlotToSeal,
  base58: Base58,
): BlockHeader {
  const previousBlockhash = parent?.blockhash ?? genesisHash;
  const hash = createHash('sha256').update(`${previousBlockhash} ${slot}`);
  for (const record of records) hash.update(record.transaction.signatures[0] ?? '');
  return {
    slot,
    parentSlot: parent?.slot ?? 0,
    blockHeight: heightAfter(parent),
    blockhash: base58.encode(hash.digest()),
    previousBlockhash,
    blockTime: time,
    transactionCount: records.length,
    totalTransactions: (parent?.totalTransactions ?? 0) + records.length,
  };
}

/** Height of the block that follows `parent`. */
export const heightAfter = (parent: BlockHeader | null): number =>
  parent === null ? 0 : parent.blockHeight + 1;
