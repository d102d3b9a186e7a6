import type { TransactionMeta, TransactionRecord } from '../chain/types.js';
import { RPC_CODES, RpcError } from '../rpc-error.js';
import type { Base58 } from './base58.js';
import { parseInstruction } from './instructions/parse.js';
import { accountRoles } from './message-roles.js';
import { encodeBriefMeta, encodeMeta } from './transaction-meta.js';
import type { WireMessage, WireTransaction } from './transaction-wire.js';

/** Ways in which the RPC writes a transaction; binary is base58 without a label, the form of old clients. */
export const TRANSACTION_ENCODINGS = ['binary', 'base64', 'base58', 'json', 'jsonParsed'] as const;
export type TransactionEncoding = (typeof TRANSACTION_ENCODINGS)[number];

export interface TransactionView {
  readonly encoding?: TransactionEncoding | null | undefined;
  readonly maxSupportedTransactionVersion?: number | null | undefined;
  /** Default true. There are no rewards: the list is empty. */
  readonly rewards?: boolean | null | undefined;
}

export type EncodedVersion = { readonly version?: 'legacy' | 0 };

/**
 * Writes a transaction with its metadata as the RPC returns it.
 *
 * @throws RpcError -32015 when the client did not say that it understands the transaction's version.
 */
export function encodeRecord(
  { transaction, meta }: TransactionRecord,
  view: TransactionView,
  base58: Base58,
): { meta: object; transaction: unknown } & EncodedVersion {
  const version = encodeVersion(transaction.message, view);
  const encoding = view.encoding ?? 'json';
  const keys = allKeys(transaction.message, meta);
  const metaView = { parsed: encoding === 'jsonParsed', rewards: view.rewards !== false };
  return {
    meta: encodeMeta(meta, metaView, keys, base58),
    transaction: encodeBody(transaction, encoding, keys, base58),
    ...version,
  };
}

/**
 * Writes a transaction in the RPC's "accounts" form: its accounts with their roles, and what it did to balances.
 *
 * @throws RpcError -32015 when the client did not say that it understands the transaction's version.
 */
export function encodeAccountsOnly(
  { transaction, meta }: TransactionRecord,
  view: TransactionView,
  base58: Base58,
): object {
  const version = encodeVersion(transaction.message, view);
  return {
    meta: encodeBriefMeta(meta, view.rewards !== false),
    transaction: {
      accountKeys: accountRoles(transaction.message, allKeys(transaction.message, meta)),
      signatures: transaction.signatures.map((bytes) => base58.encode(bytes)),
    },
    ...version,
  };
}

/** Static keys, then the loaded writable and the loaded read-only ones: the order that indexes refer to. */
export function allKeys(message: WireMessage, meta: Pick<TransactionMeta, 'loadedAddresses'>): string[] {
  return [...message.staticKeys, ...meta.loadedAddresses.writable, ...meta.loadedAddresses.readonly];
}

/** Clients that do not say which versions they understand are not told of any. */
function encodeVersion({ version }: WireMessage, view: TransactionView): EncodedVersion {
  const supported = view.maxSupportedTransactionVersion ?? null;
  if (version !== 'legacy' && (supported === null || supported < version)) {
    throw new RpcError(
      RPC_CODES.unsupportedTransactionVersion,
      `Transaction version (${version}) is not supported by the requesting client. Please try the request again with the following configuration parameter: "maxSupportedTransactionVersion": ${version}`,
    );
  }
  return supported === null ? {} : { version };
}

function encodeBody(
  transaction: WireTransaction,
  encoding: TransactionEncoding,
  keys: readonly string[],
  base58: Base58,
): unknown {
  if (encoding === 'binary') return base58.encode(transaction.bytes);
  if (encoding === 'base58') return [base58.encode(transaction.bytes), 'base58'];
  if (encoding === 'base64') return [Buffer.from(transaction.bytes).toString('base64'), 'base64'];
  const { message } = transaction;
  return {
    message:
      encoding === 'json' ? encodeMessage(message, base58) : encodeParsedMessage(message, keys, base58),
    signatures: transaction.signatures.map((signature) => base58.encode(signature)),
  };
}

function encodeMessage(message: WireMessage, base58: Base58): object {
  const { numReadonlySignedAccounts, numReadonlyUnsignedAccounts, numRequiredSignatures } = message.header;
  return {
    accountKeys: message.staticKeys,
    ...encodeLookups(message),
    header: { numReadonlySignedAccounts, numReadonlyUnsignedAccounts, numRequiredSignatures },
    instructions: message.instructions.map(({ accounts, data, programIdIndex }) => ({
      accounts: [...accounts],
      data: base58.encode(data),
      programIdIndex,
      stackHeight: 1,
    })),
    recentBlockhash: message.recentBlockhash,
  };
}

function encodeParsedMessage(message: WireMessage, keys: readonly string[], base58: Base58): object {
  return {
    accountKeys: accountRoles(message, keys),
    ...encodeLookups(message),
    instructions: message.instructions.map(({ accounts, data, programIdIndex }) =>
      parseInstruction({ accounts: [...accounts], data, programIdIndex, stackHeight: 1 }, keys, base58),
    ),
    recentBlockhash: message.recentBlockhash,
  };
}

function encodeLookups({ version, lookups }: WireMessage): object {
  if (version === 'legacy') return {};
  return {
    addressTableLookups: lookups.map(({ table, readonlyIndexes, writableIndexes }) => ({
      accountKey: table,
      readonlyIndexes: [...readonlyIndexes],
      writableIndexes: [...writableIndexes],
    })),
  };
}
