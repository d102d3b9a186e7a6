import type { AccountState, BlockHeader } from '../chain/types.js';
import type { Base58 } from '../encodings/base58.js';
import { createTransactionCodec, type TransactionCodec } from './transaction-codec.js';

/** Turns the chain's records into the bytes of the on-disk store and back. */
export interface HistoryCodec extends TransactionCodec {
  header(header: BlockHeader): Uint8Array;
  readHeader(bytes: Uint8Array): BlockHeader;
  account(state: AccountState): Uint8Array;
  readAccount(bytes: Uint8Array): AccountState;
}

const ACCOUNT_HEAD_BYTES = 8 + 8 + 1 + 32;

/** Creates the codec of the store. */
export function createHistoryCodec(base58: Base58): HistoryCodec {
  return {
    ...createTransactionCodec(base58),
    header: (header) => Buffer.from(JSON.stringify(header), 'utf8'),
    // What is read here was written by this module under the store's lock: the type is known.
    readHeader: (bytes) => JSON.parse(Buffer.from(bytes).toString('utf8')) as BlockHeader,
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
