import type { Base58 } from './base58.js';

/** Signals bytes that are not what their reader took them for. */
export class NotParsable extends Error {
  override readonly name = 'NotParsable';
}

/** Reads little-endian fields of account and instruction data one after the other. */
export interface DataReader {
  u8(): number;
  u16(): number;
  u32(): number;
  u64(): bigint;
  i16(): number;
  i64(): bigint;
  u128(): bigint;
  f64(): number;
  bool(): boolean;
  bytes(length: number): Uint8Array;
  /** 32 bytes in base58. */
  key(): string;
  /** 32 bytes in base58; null when all of them are 0. */
  keyOrZero(): string | null;
  /** A key behind a tag of one byte, as bincode and the token programs write an optional one. */
  optionalKey(): string | null;
  /** Everything that is left. */
  rest(): Uint8Array;
  remaining(): number;
}

const NO_KEY = '11111111111111111111111111111111';

/** Creates a reader over `data`. Its methods throw NotParsable at the end of it. */
export function createDataReader(data: Uint8Array, base58: Base58): DataReader {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  let offset = 0;
  const take = (length: number): number => {
    if (length > data.length - offset) throw new NotParsable('unexpected end of the data');
    const start = offset;
    offset += length;
    return start;
  };
  const bytes = (length: number): Uint8Array => {
    const start = take(length);
    return data.subarray(start, start + length);
  };
  const u64 = (): bigint => view.getBigUint64(take(8), true);
  const tag = (): boolean => {
    const value = view.getUint8(take(1));
    if (value > 1) throw new NotParsable(`${value} is neither 0 nor 1`);
    return value === 1;
  };
  const key = (): string => base58.encode(bytes(32));
  return {
    u8: () => view.getUint8(take(1)),
    u16: () => view.getUint16(take(2), true),
    u32: () => view.getUint32(take(4), true),
    u64,
    i16: () => view.getInt16(take(2), true),
    i64: () => view.getBigInt64(take(8), true),
    u128() {
      const low = u64();
      return (u64() << 64n) | low;
    },
    f64: () => view.getFloat64(take(8), true),
    bool: tag,
    bytes,
    key,
    keyOrZero() {
      const text = key();
      return text === NO_KEY ? null : text;
    },
    optionalKey: () => (tag() ? key() : null),
    rest: () => bytes(data.length - offset),
    remaining: () => data.length - offset,
  };
}

/** Gives what `read` returns, or null when the data is not what it was taken for. */
export function parsedOrNull<T>(read: () => T | null): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof NotParsable) return null;
    throw error;
  }
}

/** Reads text strictly: other than TextDecoder's default, broken UTF-8 is not mended. */
export function readUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new NotParsable('the text is not UTF-8');
  }
}
