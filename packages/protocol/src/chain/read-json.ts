import type { Address } from '@solana/kit';
import bs58 from 'bs58';
import { isAddressText } from '../addresses/text.js';
import { malformed } from './format-error.js';

// Readers of untrusted JSON: each gives the value in its type or throws a TransactionFormatError with the place.

export type JsonObject = Readonly<Record<string, unknown>>;

/** Data of a cross-program call has at most 10 KiB: 13,985 base58 digits. */
const MAX_DATA_DIGITS = 14_000;
const MAX_U64 = 2n ** 64n - 1n;

export function readObject(value: unknown, path: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed(path, 'an object');
  return value as JsonObject;
}

export function readArray(value: unknown, path: string, maxLength: number): readonly unknown[] {
  if (!Array.isArray(value) || value.length > maxLength) {
    throw malformed(path, `an array of at most ${maxLength} items`);
  }
  return value;
}

/** A list that RPC nodes leave out or set to null when they have nothing to tell. */
export function readOptionalArray(value: unknown, path: string, maxLength: number): readonly unknown[] {
  return value === undefined || value === null ? [] : readArray(value, path, maxLength);
}

/** A number that indexes something of `size` entries. */
export function readIndex(value: unknown, path: string, size: number): number {
  const number = typeof value === 'bigint' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 0 || number >= size) {
    throw malformed(path, `an integer from 0 to ${size - 1}`);
  }
  return number;
}

/** u64 as a JSON number; clients of Solana may have parsed it to a bigint. */
export function readU64(value: unknown, path: string): bigint {
  const wide = typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value;
  if (typeof wide !== 'bigint' || wide < 0n || wide > MAX_U64) throw malformed(path, 'an unsigned integer');
  return wide;
}

export function readAmount(value: unknown, path: string): bigint {
  if (typeof value !== 'string' || !/^\d{1,20}$/.test(value) || BigInt(value) > MAX_U64) {
    throw malformed(path, 'a u64 as decimal text');
  }
  return BigInt(value);
}

export function readUnixTime(value: unknown, path: string): bigint | null {
  if (value === undefined || value === null) return null;
  const wide = typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value;
  if (typeof wide !== 'bigint' || wide < -(2n ** 63n) || wide >= 2n ** 63n) {
    throw malformed(path, 'Unix seconds or null');
  }
  return wide;
}

export function readAddress(value: unknown, path: string): Address {
  if (typeof value !== 'string' || !isAddressText(value))
    throw malformed(path, 'a base58 address of 32 bytes');
  return value as Address;
}

export function readSignature(value: unknown, path: string): string {
  if (typeof value !== 'string' || !/^[1-9A-HJ-NP-Za-km-z]{64,88}$/.test(value)) {
    throw malformed(path, 'a base58 signature of 64 bytes');
  }
  return value;
}

export function readData(value: unknown, path: string): Uint8Array {
  const bytes =
    typeof value === 'string' && value.length <= MAX_DATA_DIGITS ? bs58.decodeUnsafe(value) : undefined;
  if (bytes === undefined) throw malformed(path, `at most ${MAX_DATA_DIGITS} digits of base58`);
  return bytes;
}
