import type { Base58 } from '../base58.js';
import { createDataReader } from '../data-reader.js';
import type { ParsedData } from './parse.js';

const INITIALIZED = 1;

/** Reads what the jsonParsed encoding shows of a nonce account; null when an account of the system program is none. */
export function parseNonce(data: Uint8Array, base58: Base58): ParsedData | null {
  const reader = createDataReader(data, base58);
  const version = reader.u32();
  if (version > 1 || reader.u32() !== INITIALIZED) return null;
  const authority = reader.key();
  const blockhash = reader.key();
  const lamportsPerSignature = reader.u64().toString();
  return { info: { authority, blockhash, feeCalculator: { lamportsPerSignature } }, type: 'initialized' };
}
