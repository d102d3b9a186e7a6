import bs58 from 'bs58';
import type { Base58 } from '../encodings/base58.js';
import {
  MAX_TRANSACTION_BYTES,
  readTransaction,
  type WireTransaction,
} from '../encodings/transaction-wire.js';
import { WireError } from '../encodings/wire-reader.js';
import { invalidParams } from '../rpc-error.js';

const MAX_TEXT: Readonly<Record<'base58' | 'base64', number>> = { base58: 1683, base64: 1644 };
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/**
 * Reads a transaction that a client sent as text.
 *
 * @throws RpcError -32602 with the reason.
 */
export function decodeTransaction(
  text: string,
  encoding: 'base58' | 'base64',
  base58: Base58,
): WireTransaction {
  if (text.length > MAX_TEXT[encoding]) {
    throw invalidParams(
      `${encoding} encoded transaction too large: ${text.length} characters (max: encoded/raw ${MAX_TEXT[encoding]}/${MAX_TRANSACTION_BYTES})`,
    );
  }
  try {
    return readTransaction(decodeText(text, encoding), base58);
  } catch (error) {
    if (error instanceof WireError)
      throw invalidParams(`failed to deserialize the transaction: ${error.message}`);
    throw error;
  }
}

/**
 * Decodes base58 or base64 text.
 *
 * @throws RpcError -32602 when the text is not in that encoding.
 */
export function decodeText(text: string, encoding: 'base58' | 'base64'): Uint8Array {
  if (encoding === 'base64') {
    if (!BASE64.test(text) || text.length % 4 !== 0) throw invalidParams('invalid base64 encoding');
    return new Uint8Array(Buffer.from(text, 'base64'));
  }
  try {
    return bs58.decode(text);
  } catch {
    throw invalidParams('invalid base58 encoding');
  }
}
