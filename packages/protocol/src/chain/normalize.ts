import type { Address } from '@solana/kit';
import { malformed, TransactionFormatError } from './format-error.js';
import {
  type JsonObject,
  readAddress,
  readArray,
  readObject,
  readSignature,
  readU64,
  readUnixTime,
} from './read-json.js';
import { readInstructions } from './rpc-instructions.js';
import { readTokenBalances } from './token-balances.js';
import type { ChainTransaction } from './transaction.js';

const MAX_ACCOUNTS = 256;
const MAX_ERROR_CHARACTERS = 10_000;
const MAX_INDEX = 999_999;
/** Chain positions have 12 digits for the slot. */
const MAX_SLOT = 999_999_999_999n;

/** What the answer does not say itself. */
export interface TransactionPlace {
  /** Order within the slot, counted from 0. */
  readonly index: number;
  /** Slot and time of the block, for entries of `getBlock`, which lack both. */
  readonly slot?: bigint;
  readonly blockTime?: bigint | null;
}

function readAccounts(message: JsonObject, meta: JsonObject): Address[] {
  const list = (value: unknown, path: string) =>
    readArray(value, path, MAX_ACCOUNTS).map((key, index) => readAddress(key, `${path}[${index}]`));
  const accounts = list(message.accountKeys, 'transaction.message.accountKeys');
  if (meta.loadedAddresses === undefined || meta.loadedAddresses === null) return accounts;
  const loaded = readObject(meta.loadedAddresses, 'meta.loadedAddresses');
  return [
    ...accounts,
    ...list(loaded.writable, 'meta.loadedAddresses.writable'),
    ...list(loaded.readonly, 'meta.loadedAddresses.readonly'),
  ];
}

function readError(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  const text = JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? Number(part) : part));
  if (text === undefined || text.length > MAX_ERROR_CHARACTERS)
    throw malformed('meta.err', 'a transaction error');
  return text;
}

function readSlot(value: unknown): bigint {
  const slot = readU64(value, 'slot');
  if (slot > MAX_SLOT) throw malformed('slot', `at most ${MAX_SLOT}`);
  return slot;
}

function requireVersion(version: unknown): void {
  const plain = typeof version === 'bigint' ? Number(version) : version;
  if (plain !== undefined && plain !== 'legacy' && plain !== 0) {
    throw new TransactionFormatError('unsupported_version', 'version', '"legacy" or 0');
  }
}

/**
 * Reads one answer of `getTransaction`, or one entry of `getBlock`, asked for with `encoding: 'json'` and
 * `maxSupportedTransactionVersion: 0`. Addresses from look-up tables are resolved, inner instructions flattened.
 * Throws TransactionFormatError when the answer is anything else.
 */
export function normalizeRpcTransaction(rpcJson: unknown, place: TransactionPlace): ChainTransaction {
  if (!Number.isInteger(place.index) || place.index < 0 || place.index > MAX_INDEX) {
    throw malformed('index', `an integer from 0 to ${MAX_INDEX}`);
  }
  const answer = readObject(rpcJson, 'answer');
  requireVersion(answer.version);
  if (answer.meta === null || answer.meta === undefined) {
    throw new TransactionFormatError('missing_meta', 'meta', 'metadata: without it success is unknown');
  }
  const meta = readObject(answer.meta, 'meta');
  const transaction = readObject(answer.transaction, 'transaction');
  const message = readObject(transaction.message, 'transaction.message');
  const [signature] = readArray(transaction.signatures, 'transaction.signatures', MAX_ACCOUNTS);
  const accounts = readAccounts(message, meta);
  const [feePayer] = accounts;
  if (feePayer === undefined) throw malformed('transaction.message.accountKeys', 'a fee payer');
  return {
    signature: readSignature(signature, 'transaction.signatures[0]'),
    slot: readSlot(place.slot ?? answer.slot),
    index: place.index,
    blockTime: place.blockTime === undefined ? readUnixTime(answer.blockTime, 'blockTime') : place.blockTime,
    error: readError(meta.err),
    feePayer,
    fee: readU64(meta.fee, 'meta.fee'),
    instructions: readInstructions(message, meta, accounts),
    tokenBalances: readTokenBalances(meta, accounts),
  };
}
