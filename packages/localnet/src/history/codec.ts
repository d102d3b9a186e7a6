import type {
  AccountState,
  BlockHeader,
  TransactionMeta,
  TransactionRecord,
  TransactionSummary,
} from '../chain/types.js';
import type { Base58 } from '../encodings/base58.js';
import { readTransaction } from '../encodings/transaction-wire.js';

/** Bigints become decimal strings on disk: JSON numbers would lose what is above 2^53. */
interface StoredBody {
  readonly wire: string;
  readonly memo: string | null;
  readonly meta: Omit<TransactionMeta, 'fee' | 'preBalances' | 'postBalances' | 'computeUnitsConsumed'> & {
    readonly fee: string;
    readonly preBalances: readonly string[];
    readonly postBalances: readonly string[];
    readonly computeUnitsConsumed: string;
  };
}

/** Turns the chain's records into the bytes of the on-disk store and back. */
export interface HistoryCodec {
  body(record: TransactionRecord): Uint8Array;
  readBody(bytes: Uint8Array, position: { slot: number; index: number }): TransactionRecord;
  summary(summary: TransactionSummary): Uint8Array;
  readSummary(bytes: Uint8Array): TransactionSummary;
  header(header: BlockHeader): Uint8Array;
  readHeader(bytes: Uint8Array): BlockHeader;
  account(state: AccountState): Uint8Array;
  readAccount(bytes: Uint8Array): AccountState;
}

const ACCOUNT_HEAD_BYTES = 8 + 8 + 1 + 32;

/** Creates the codec of the store's format version 1. */
export function createHistoryCodec(base58: Base58): HistoryCodec {
  const toJson = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value), 'utf8');
  // What is read here was written by this module under the store's lock: the types are known.
  const fromJson = <T>(bytes: Uint8Array): T => JSON.parse(Buffer.from(bytes).toString('utf8')) as T;

  return {
    body({ transaction, meta, memo }) {
      const stored: StoredBody = {
        wire: Buffer.from(transaction.bytes).toString('base64'),
        memo,
        meta: {
          ...meta,
          fee: meta.fee.toString(),
          preBalances: meta.preBalances.map(String),
          postBalances: meta.postBalances.map(String),
          computeUnitsConsumed: meta.computeUnitsConsumed.toString(),
        },
      };
      return toJson(stored);
    },
    readBody(bytes, position) {
      const { wire, memo, meta } = fromJson<StoredBody>(bytes);
      return {
        ...position,
        transaction: readTransaction(Buffer.from(wire, 'base64'), base58),
        memo,
        meta: {
          ...meta,
          fee: BigInt(meta.fee),
          preBalances: meta.preBalances.map(BigInt),
          postBalances: meta.postBalances.map(BigInt),
          computeUnitsConsumed: BigInt(meta.computeUnitsConsumed),
        },
      };
    },
    summary: toJson,
    readSummary: (bytes) => fromJson<TransactionSummary>(bytes),
    header: toJson,
    readHeader: (bytes) => fromJson<BlockHeader>(bytes),
    account(state) {
      const head = Buffer.alloc(ACCOUNT_HEAD_BYTES);
      head.writeBigUInt64LE(state.lamports, 0);
      head.writeBigUInt64LE(state.rentEpoch, 8);
      head[16] = state.executable ? 1 : 0;
      head.set(base58.decode(state.owner), 17);
      return Buffer.concat([head, state.data]);
    },
    readAccount(bytes) {
      const buffer = Buffer.from(bytes);
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
