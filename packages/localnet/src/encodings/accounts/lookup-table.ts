import type { Base58 } from '../base58.js';
import { createDataReader } from '../data-reader.js';
import type { ParsedData } from './parse.js';

const HEADER_BYTES = 56;

/** Reads what the jsonParsed encoding shows of an address look-up table; null when it is none. */
export function parseLookupTable(data: Uint8Array, base58: Base58): ParsedData | null {
  const reader = createDataReader(data, base58);
  const state = reader.u32();
  if (state === 0) return { type: 'uninitialized' };
  if (state !== 1 || data.length < HEADER_BYTES || (data.length - HEADER_BYTES) % 32 !== 0) return null;
  const deactivationSlot = reader.u64().toString();
  const lastExtendedSlot = reader.u64().toString();
  const lastExtendedSlotStartIndex = reader.u8();
  const authority = reader.optionalKey();
  const entries = createDataReader(data.subarray(HEADER_BYTES), base58);
  const addresses: string[] = [];
  while (entries.remaining() > 0) addresses.push(entries.key());
  return {
    info: {
      addresses,
      ...(authority === null ? {} : { authority }),
      deactivationSlot,
      lastExtendedSlot,
      lastExtendedSlotStartIndex,
    },
    type: 'lookupTable',
  };
}
