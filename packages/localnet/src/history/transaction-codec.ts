import { memoOf } from '../chain/memo.js';
import type {
  TransactionError,
  TransactionMeta,
  TransactionRecord,
  TransactionSummary,
} from '../chain/types.js';
import type { Base58 } from '../encodings/base58.js';
import { readTransaction } from '../encodings/transaction-wire.js';
import type { Position } from './keys.js';
import { isOldTransaction, readOldBody, readOldSummary } from './old-transactions.js';

/** What executing did, without what is empty; bigints are decimal strings, as JSON numbers end at 2^53. */
interface StoredOutcome {
  readonly err?: TransactionError | undefined;
  readonly fee: string;
  readonly pre: readonly string[];
  readonly post: readonly string[];
  readonly preTokens?: TransactionMeta['preTokenBalances'] | undefined;
  readonly postTokens?: TransactionMeta['postTokenBalances'] | undefined;
  readonly inner?: TransactionMeta['innerInstructions'] | undefined;
  readonly logs: readonly string[];
  readonly loaded?: TransactionMeta['loadedAddresses'] | undefined;
  readonly units: string;
  readonly returned?: TransactionMeta['returnData'] | undefined;
}

/** Turns transactions into the bytes of the on-disk store and back. */
export interface TransactionCodec {
  body(record: TransactionRecord): Uint8Array;
  readBody(bytes: Uint8Array, position: Position): TransactionRecord;
  summary(summary: TransactionSummary): Uint8Array;
  readSummary(bytes: Uint8Array, position: Position): TransactionSummary;
}

const FORMAT = 2;
const BODY_HEAD_BYTES = 1 + 2;
const TIME_BYTES = 6;
const SUMMARY_HEAD_BYTES = 1 + TIME_BYTES + 1;

/**
 * Creates the codec. A body is the format, the length of the wire bytes, these bytes, and the outcome as JSON; a
 * summary is the format, the block's time, the length of the signature's text, this text, and for the few that have
 * either an error or a memo both as JSON. Slot and index are in the key.
 */
export function createTransactionCodec(base58: Base58): TransactionCodec {
  return {
    body({ transaction, meta }) {
      const wire = transaction.bytes;
      const outcome = JSON.stringify(storedOutcome(meta));
      const body = Buffer.allocUnsafe(BODY_HEAD_BYTES + wire.length + Buffer.byteLength(outcome, 'utf8'));
      body[0] = FORMAT;
      body.writeUInt16LE(wire.length, 1);
      body.set(wire, BODY_HEAD_BYTES);
      body.write(outcome, BODY_HEAD_BYTES + wire.length, 'utf8');
      return body;
    },
    readBody(bytes, position) {
      if (isOldTransaction(bytes)) return readOldBody(bytes, position, base58);
      const body = viewOf(bytes);
      const end = BODY_HEAD_BYTES + body.readUInt16LE(1);
      // Copied: the transaction may live longer than the rest of what was read.
      const transaction = readTransaction(new Uint8Array(body.subarray(BODY_HEAD_BYTES, end)), base58);
      const outcome = JSON.parse(body.toString('utf8', end)) as StoredOutcome;
      return { ...position, transaction, memo: memoOf(transaction.message), meta: metaOf(outcome) };
    },
    summary({ signature, err, memo, blockTime }) {
      const rest = err === null && memo === null ? '' : JSON.stringify([err, memo]);
      const head = SUMMARY_HEAD_BYTES + signature.length;
      const summary = Buffer.allocUnsafe(head + Buffer.byteLength(rest, 'utf8'));
      summary[0] = FORMAT;
      summary.writeUIntLE(blockTime, 1, TIME_BYTES);
      summary[1 + TIME_BYTES] = signature.length;
      summary.write(signature, SUMMARY_HEAD_BYTES, 'latin1');
      summary.write(rest, head, 'utf8');
      return summary;
    },
    readSummary(bytes, position) {
      if (isOldTransaction(bytes)) return readOldSummary(bytes);
      const summary = viewOf(bytes);
      const head = SUMMARY_HEAD_BYTES + (summary[1 + TIME_BYTES] ?? 0);
      const [err, memo] =
        summary.length === head
          ? [null, null]
          : (JSON.parse(summary.toString('utf8', head)) as [TransactionError | null, string | null]);
      return {
        signature: summary.toString('latin1', SUMMARY_HEAD_BYTES, head),
        slot: position.slot,
        index: position.index,
        err,
        memo,
        blockTime: summary.readUIntLE(1, TIME_BYTES),
      };
    },
  };
}

function storedOutcome(meta: TransactionMeta): StoredOutcome {
  const { loadedAddresses: loaded } = meta;
  return {
    err: meta.err ?? undefined,
    fee: meta.fee.toString(),
    pre: meta.preBalances.map(String),
    post: meta.postBalances.map(String),
    preTokens: unlessEmpty(meta.preTokenBalances),
    postTokens: unlessEmpty(meta.postTokenBalances),
    inner: unlessEmpty(meta.innerInstructions),
    logs: meta.logMessages,
    loaded: loaded.writable.length + loaded.readonly.length === 0 ? undefined : loaded,
    units: meta.computeUnitsConsumed.toString(),
    returned: meta.returnData ?? undefined,
  };
}

function metaOf(stored: StoredOutcome): TransactionMeta {
  return {
    err: stored.err ?? null,
    fee: BigInt(stored.fee),
    preBalances: stored.pre.map(BigInt),
    postBalances: stored.post.map(BigInt),
    preTokenBalances: stored.preTokens ?? [],
    postTokenBalances: stored.postTokens ?? [],
    innerInstructions: stored.inner ?? [],
    logMessages: stored.logs,
    loadedAddresses: stored.loaded ?? { writable: [], readonly: [] },
    computeUnitsConsumed: BigInt(stored.units),
    returnData: stored.returned ?? null,
  };
}

const unlessEmpty = <T>(list: readonly T[]): readonly T[] | undefined =>
  list.length === 0 ? undefined : list;

const viewOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
