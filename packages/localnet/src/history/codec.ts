import { type BlockStatuses, SIGNATURE_BYTES } from '../chain/block-statuses.js';
import type { AccountState, BlockHeader, TransactionError, TransactionRecord } from '../chain/types.js';
import type { Base58 } from '../encodings/base58.js';
import { createTransactionCodec, type TransactionCodec } from './transaction-codec.js';

/** Turns the chain's records into the bytes of the on-disk store and back. */
export interface HistoryCodec extends TransactionCodec {
  header(header: BlockHeader): Uint8Array;
  readHeader(bytes: Uint8Array): BlockHeader;
  statuses(records: readonly TransactionRecord[]): Uint8Array;
  readStatuses(bytes: Uint8Array, slot: number): BlockStatuses;
  account(state: AccountState): Uint8Array;
  readAccount(bytes: Uint8Array): AccountState;
}

const COUNT_BYTES = 4;
const ACCOUNT_HEAD_BYTES = 8 + 8 + 1 + 32;

/** Creates the codec of the store. */
export function createHistoryCodec(base58: Base58): HistoryCodec {
  return {
    ...createTransactionCodec(base58),
    header: (header) => Buffer.from(JSON.stringify(header), 'utf8'),
    // What is read here was written by this module under the store's lock: the type is known.
    readHeader: (bytes) => JSON.parse(Buffer.from(bytes).toString('utf8')) as BlockHeader,
    // The number of transactions, their signatures, and the errors of the few that have one as JSON.
    statuses(records) {
      const errors = records.flatMap(({ index, meta }) => (meta.err === null ? [] : [[index, meta.err]]));
      const rest = errors.length === 0 ? '' : JSON.stringify(errors);
      const head = COUNT_BYTES + records.length * SIGNATURE_BYTES;
      const bytes = Buffer.alloc(head + Buffer.byteLength(rest, 'utf8'));
      bytes.writeUInt32LE(records.length, 0);
      for (const [index, { transaction }] of records.entries()) {
        bytes.set(transaction.signatures[0] ?? [], COUNT_BYTES + index * SIGNATURE_BYTES);
      }
      bytes.write(rest, head, 'utf8');
      return bytes;
    },
    readStatuses(bytes, slot) {
      const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const head = COUNT_BYTES + buffer.readUInt32LE(0) * SIGNATURE_BYTES;
      const errors =
        buffer.length === head
          ? []
          : (JSON.parse(buffer.toString('utf8', head)) as [number, TransactionError][]);
      return { slot, signatures: buffer.subarray(COUNT_BYTES, head), errors: new Map(errors) };
    },
    account(state) {
      const bytes = Buffer.allocUnsafe(ACCOUNT_HEAD_BYTES + state.data.length);
      bytes.writeBigUInt64LE(state.lamports, 0);
      bytes.writeBigUInt64LE(state.rentEpoch, 8);
      bytes[16] = state.executable ? 1 : 0;
      bytes.set(base58.decode(state.owner), 17);
      bytes.set(state.data, ACCOUNT_HEAD_BYTES);
      return bytes;
    },
    readAccount(bytes) {
      const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      return {
        lamports: buffer.readBigUInt64LE(0),
        rentEpoch: buffer.readBigUInt64LE(8),
        executable: buffer[16] === 1,
        owner: base58.encode(buffer.subarray(17, ACCOUNT_HEAD_BYTES)),
        data: new Uint8Array(buffer.subarray(ACCOUNT_HEAD_BYTES)),
      };
    },
  };
}
