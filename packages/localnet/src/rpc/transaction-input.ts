import { describeTransactionError } from '../chain/errors.js';
import { type LoadedAddresses, loadAddresses } from '../chain/lookup-tables.js';
import type { Base58 } from '../encodings/base58.js';
import {
  MAX_TRANSACTION_BYTES,
  readTransaction,
  readWholeMessage,
  type WireMessage,
  type WireTransaction,
} from '../encodings/transaction-wire.js';
import { SanitizeError, WireError } from '../encodings/wire-reader.js';
import { refusedParams } from '../rpc-error.js';
import type { RpcContext } from './context.js';
import { decodeBase58, decodeBase64, EncodingFault } from './encoded-text.js';
import { transactionEncoding } from './params.js';
import { refuse } from './typed-params.js';

const MAX_TEXT: Readonly<Record<BinaryEncoding, number>> = { base58: 1683, base64: 1644 };
const TRANSACTION = 'solana_transaction::versioned::VersionedTransaction';
const MESSAGE = 'solana_message::versions::VersionedMessage';

type BinaryEncoding = 'base58' | 'base64';

/** The encoding of a transaction that a client sends. */
export const sentEncoding = transactionEncoding.transform((encoding, context): BinaryEncoding => {
  if (encoding === 'base64') return encoding;
  if (encoding === 'base58' || encoding === 'binary') return 'base58';
  return refuse(context, `unsupported encoding: ${encoding}. Supported encodings: base58, base64`);
});

/**
 * Reads a transaction that a client sent as text.
 *
 * @throws RpcError -32602 with the reason.
 */
export function decodeTransaction(text: string, encoding: BinaryEncoding, base58: Base58): WireTransaction {
  return read(text, encoding, TRANSACTION, 'invalid transaction', (bytes) => readTransaction(bytes, base58));
}

/**
 * Reads a message that a client sent in base64.
 *
 * @throws RpcError -32602 with the reason.
 */
export function decodeMessage(text: string, base58: Base58): WireMessage {
  return read(text, 'base64', MESSAGE, 'invalid transaction message', (bytes) =>
    readWholeMessage(bytes, base58),
  );
}

/**
 * Resolves the addresses that a transaction takes from look-up tables.
 *
 * @throws RpcError -32602 when they cannot be resolved.
 */
export function resolveAddresses({ vm, base58 }: RpcContext, transaction: WireTransaction): LoadedAddresses {
  const loaded = loadAddresses(transaction.message, vm.account, base58);
  if (loaded !== null) return loaded;
  // The virtual machine knows what is wrong with the table.
  const { err } = vm.simulate(transaction, { verifySignatures: false });
  throw refusedParams(
    `invalid transaction: ${describeTransactionError(err ?? 'AddressLookupTableNotFound')}`,
  );
}

function read<T>(
  text: string,
  encoding: BinaryEncoding,
  type: string,
  insane: string,
  parse: (bytes: Uint8Array) => T,
): T {
  const longest = MAX_TEXT[encoding];
  if (text.length > longest) {
    throw refusedParams(
      `${encoding} encoded ${type} too large: ${text.length} bytes (max: encoded/raw ${longest}/${MAX_TRANSACTION_BYTES})`,
    );
  }
  const bytes = decodeText(text, encoding);
  if (bytes.length > MAX_TRANSACTION_BYTES) {
    throw refusedParams(
      `decoded ${type} too large: ${bytes.length} bytes (max: ${MAX_TRANSACTION_BYTES} bytes)`,
    );
  }
  try {
    return parse(bytes);
  } catch (error) {
    if (error instanceof SanitizeError) {
      throw refusedParams(`${insane}: ${describeTransactionError('SanitizeFailure')}`);
    }
    if (error instanceof WireError) throw refusedParams(`failed to deserialize ${type}: ${error.message}`);
    throw error;
  }
}

/**
 * Decodes base58 or base64 text.
 *
 * @throws RpcError -32602 when the text is not in that encoding.
 */
export function decodeText(text: string, encoding: BinaryEncoding): Uint8Array {
  try {
    return encoding === 'base64' ? decodeBase64(text) : decodeBase58(text);
  } catch (error) {
    if (error instanceof EncodingFault) throw refusedParams(`invalid ${encoding} encoding: ${error.message}`);
    throw error;
  }
}
