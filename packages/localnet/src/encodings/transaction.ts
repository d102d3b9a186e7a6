import type { TransactionMeta, TransactionRecord } from '../chain/types.js';
import { RPC_CODES, RpcError } from '../rpc-error.js';

import type { Base58 } from './base58.js';
import { parseInstruction } from './instructions/parse.js';
import { uiTokenAmount } from './token-accounts.js';
import { isWritableIndex, type WireMessage } from './transaction-wire.js';

/** Ways in which the RPC writes a transaction. */
export const TRANSACTION_ENCODINGS = ['json', 'jsonParsed', 'base64', 'base58'] as const;
export type TransactionEncoding = (typeof TRANSACTION_ENCODINGS)[number];

export interface TransactionView {
  readonly encoding?: TransactionEncoding | null | undefined;
  readonly maxSupportedTransactionVersion?: number | null | undefined;
}

/**
 * Writes a transaction with its metadata as the RPC returns it.
 *
 * @throws RpcError -32015 when the client did not say that it understands the transaction's version.
 */
export function encodeRecord(record: TransactionRecord, view: TransactionView, base58: Base58): object {
  const { message } = record.transaction;
  const supported = view.maxSupportedTransactionVersion;
  if (
    message.version !== 'legacy' &&
    (supported === null || supported === undefined || supported < message.version)
  ) {
    throw new RpcError(
      RPC_CODES.unsupportedTransactionVersion,
      `Transaction version (${message.version}) is not supported by the requesting client. Please try the request again with the following configuration parameter: "maxSupportedTransactionVersion": ${message.version}`,
    );
  }
  const encoding = view.encoding ?? 'json';
  const keys = allKeys(message, record.meta);
  return {
    transaction: encodeBody(record, encoding, keys, base58),
    meta: encodeMeta(record.meta, message, encoding, keys, base58),
    ...(supported === null || supported === undefined ? {} : { version: message.version }),
  };
}

/** The accounts of a transaction in the RPC's "accounts" form: the keys with their roles. */
export function encodeAccountKeys(message: WireMessage, keys: readonly string[]): object[] {
  return keys.map((pubkey, index) => ({
    pubkey,
    signer: index < message.header.numRequiredSignatures,
    writable: isWritableIndex(message, index),
    source: index < message.staticKeys.length ? 'transaction' : 'lookupTable',
  }));
}

/** Static keys, then the loaded writable and the loaded read-only ones: the order that indexes refer to. */
export function allKeys(message: WireMessage, meta: Pick<TransactionMeta, 'loadedAddresses'>): string[] {
  return [...message.staticKeys, ...meta.loadedAddresses.writable, ...meta.loadedAddresses.readonly];
}

/** Writes inner instructions parsed where their program is known, otherwise with resolved accounts. */
export function encodeInnerInstructions(
  inner: TransactionMeta['innerInstructions'],
  keys: readonly string[],
  parsed: boolean,
  base58: Base58,
): unknown {
  if (!parsed) return inner;
  return inner.map(({ index, instructions }) => ({
    index,
    instructions: instructions.map((instruction) =>
      parseInstruction({ ...instruction, data: base58.decode(instruction.data) }, keys, base58),
    ),
  }));
}

function encodeBody(
  { transaction }: TransactionRecord,
  encoding: TransactionEncoding,
  keys: readonly string[],
  base58: Base58,
): unknown {
  if (encoding === 'base64') return [Buffer.from(transaction.bytes).toString('base64'), 'base64'];
  if (encoding === 'base58') return [base58.encode(transaction.bytes), 'base58'];
  return {
    signatures: transaction.signatures.map((signature) => base58.encode(signature)),
    message: encodeMessage(transaction.message, encoding === 'jsonParsed', keys, base58),
  };
}

function encodeMessage(
  message: WireMessage,
  parsed: boolean,
  keys: readonly string[],
  base58: Base58,
): object {
  const lookups = message.lookups.map((lookup) => ({
    accountKey: lookup.table,
    writableIndexes: [...lookup.writableIndexes],
    readonlyIndexes: [...lookup.readonlyIndexes],
  }));
  if (parsed) {
    return {
      accountKeys: encodeAccountKeys(message, keys),
      recentBlockhash: message.recentBlockhash,
      instructions: message.instructions.map((instruction) =>
        parseInstruction(
          { ...instruction, accounts: [...instruction.accounts], stackHeight: 1 },
          keys,
          base58,
        ),
      ),
      ...(message.version === 'legacy' ? {} : { addressTableLookups: lookups }),
    };
  }
  return {
    header: message.header,
    accountKeys: message.staticKeys,
    recentBlockhash: message.recentBlockhash,
    instructions: message.instructions.map((instruction) => ({
      programIdIndex: instruction.programIdIndex,
      accounts: [...instruction.accounts],
      data: base58.encode(instruction.data),
      stackHeight: 1,
    })),
    ...(message.version === 'legacy' ? {} : { addressTableLookups: lookups }),
  };
}

function encodeMeta(
  meta: TransactionMeta,
  message: WireMessage,
  encoding: TransactionEncoding,
  keys: readonly string[],
  base58: Base58,
): object {
  const parsed = encoding === 'jsonParsed';
  return {
    err: meta.err,
    status: meta.err === null ? { Ok: null } : { Err: meta.err },
    fee: meta.fee,
    preBalances: meta.preBalances,
    postBalances: meta.postBalances,
    innerInstructions: encodeInnerInstructions(meta.innerInstructions, keys, parsed, base58),
    logMessages: meta.logMessages,
    preTokenBalances: meta.preTokenBalances.map(encodeTokenBalance),
    postTokenBalances: meta.postTokenBalances.map(encodeTokenBalance),
    rewards: [],
    // The parsed form lists loaded addresses among the account keys.
    ...(parsed && message.version !== 'legacy' ? {} : { loadedAddresses: meta.loadedAddresses }),
    ...(meta.returnData === null
      ? {}
      : { returnData: { programId: meta.returnData.programId, data: [meta.returnData.data, 'base64'] } }),
    computeUnitsConsumed: meta.computeUnitsConsumed,
  };
}

function encodeTokenBalance(balance: TransactionMeta['preTokenBalances'][number]): object {
  return {
    accountIndex: balance.accountIndex,
    mint: balance.mint,
    owner: balance.owner,
    programId: balance.programId,
    uiTokenAmount: uiTokenAmount(BigInt(balance.amount), balance.decimals),
  };
}
