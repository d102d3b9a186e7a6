import type { TransactionMeta, TransactionRecord, TransactionSummary } from '../chain/types.js';
import type { Base58 } from '../encodings/base58.js';
import { readTransaction } from '../encodings/transaction-wire.js';
import type { Position } from './keys.js';

/** How the first format kept a transaction: all of it as JSON. Folders that were made with it go on to work. */
interface OldBody {
  readonly wire: string;
  readonly memo: string | null;
  readonly meta: Omit<TransactionMeta, 'fee' | 'preBalances' | 'postBalances' | 'computeUnitsConsumed'> & {
    readonly fee: string;
    readonly preBalances: readonly string[];
    readonly postBalances: readonly string[];
    readonly computeUnitsConsumed: string;
  };
}

const OPENING_BRACE = 0x7b;

/** Tells whether a stored body or summary has the first format. */
export const isOldTransaction = (bytes: Uint8Array): boolean => bytes[0] === OPENING_BRACE;

/** Reads a body of the first format. */
export function readOldBody(bytes: Uint8Array, position: Position, base58: Base58): TransactionRecord {
  const { wire, memo, meta } = parse<OldBody>(bytes);
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
}

/** Reads a summary of the first format. */
export const readOldSummary = (bytes: Uint8Array): TransactionSummary => parse<TransactionSummary>(bytes);

// What is read here was written by the first format's codec under the store's lock: the types are known.
const parse = <T>(bytes: Uint8Array): T => JSON.parse(Buffer.from(bytes).toString('utf8')) as T;
