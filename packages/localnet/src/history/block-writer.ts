import { REMEMBERED_BLOCKS } from '../chain/blockhashes.js';
import type { AccountState, Block, TransactionRecord } from '../chain/types.js';
import type { Base58 } from '../encodings/base58.js';
import { ownerEntries } from './address-history.js';
import type { HistoryCodec } from './codec.js';
import {
  accountKey,
  addressKey,
  blockKey,
  bodyKey,
  positionBytes,
  signatureKey,
  statusesKey,
  summaryKey,
} from './keys.js';

/** A batch of changes to the store that takes effect all at once. */
export interface StoreBatch {
  put(key: Uint8Array, value: Uint8Array): unknown;
  del(key: Uint8Array): unknown;
}

/** Puts what the store keeps of blocks into batches. */
export interface BlockWriter {
  /** The header, the transactions with their indexes, and the accounts that the block changed; returns the bodies. */
  put(batch: StoreBatch, block: Block): Uint8Array[];
  /** Takes a transaction out under each of its keys. */
  removeTransaction(batch: StoreBatch, record: TransactionRecord): void;
  putAccounts(batch: StoreBatch, accounts: ReadonlyMap<string, AccountState | null>): void;
}

const EMPTY = new Uint8Array();

/** Creates a writer of the store's present format. */
export function createBlockWriter(codec: HistoryCodec, base58: Base58): BlockWriter {
  const signatureKeyOf = ({ transaction }: TransactionRecord): Buffer =>
    signatureKey(transaction.signatures[0] ?? EMPTY);

  const addressKeysOf = (record: TransactionRecord): Buffer[] => {
    const { staticKeys } = record.transaction.message;
    const { writable, readonly } = record.meta.loadedAddresses;
    return [...staticKeys, ...writable, ...readonly].map((address) =>
      addressKey(base58.decode(address), record),
    );
  };

  const putTransaction = (batch: StoreBatch, record: TransactionRecord, blockTime: number): Uint8Array => {
    const { transaction, meta, slot, index, memo } = record;
    const summary = { signature: transaction.signature, slot, index, err: meta.err, memo, blockTime };
    const body = codec.body(record);
    batch.put(bodyKey(record), body);
    batch.put(summaryKey(record), codec.summary(summary));
    batch.put(signatureKeyOf(record), positionBytes(record));
    for (const key of addressKeysOf(record)) batch.put(key, EMPTY);
    for (const { key, value } of ownerEntries(record, base58)) batch.put(key, value);
    return body;
  };

  const putAccounts: BlockWriter['putAccounts'] = (batch, accounts) => {
    for (const [address, state] of accounts) {
      const key = accountKey(base58.decode(address));
      if (state === null) batch.del(key);
      else batch.put(key, codec.account(state));
    }
  };

  return {
    put(batch, { header, records, accounts }) {
      batch.put(blockKey(header.slot), codec.header(header));
      if (records.length > 0) batch.put(statusesKey(header.slot), codec.statuses(records));
      // Nobody starts from these any more; what is left where slots were skipped does no harm.
      if (header.slot >= REMEMBERED_BLOCKS) batch.del(statusesKey(header.slot - REMEMBERED_BLOCKS));
      putAccounts(batch, accounts);
      return records.map((record) => putTransaction(batch, record, header.blockTime));
    },
    removeTransaction(batch, record) {
      const owners = ownerEntries(record, base58).map(({ key }) => key);
      const keys = [bodyKey(record), summaryKey(record), signatureKeyOf(record), ...addressKeysOf(record)];
      for (const key of [...keys, ...owners]) batch.del(key);
    },
    putAccounts,
  };
}
