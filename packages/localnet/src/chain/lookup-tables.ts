import type { Base58 } from '../encodings/base58.js';
import type { WireMessage } from '../encodings/transaction-wire.js';
import type { AccountState } from './types.js';

const LOOKUP_TABLE_PROGRAM = 'AddressLookupTab1e1111111111111111111111111';
const TABLE_HEADER_BYTES = 56;

export interface LoadedAddresses {
  readonly writable: readonly string[];
  readonly readonly: readonly string[];
}

const NOTHING: LoadedAddresses = { writable: [], readonly: [] };

/**
 * Resolves the addresses that a message takes from look-up tables. A table that is missing or too short gives
 * null: the virtual machine then refuses the transaction with the fitting error.
 */
export function loadAddresses(
  message: WireMessage,
  account: (address: string) => AccountState | null,
  base58: Base58,
): LoadedAddresses | null {
  if (message.lookups.length === 0) return NOTHING;
  const writable: string[] = [];
  const readonly: string[] = [];
  for (const lookup of message.lookups) {
    const table = account(lookup.table);
    if (table === null || table.owner !== LOOKUP_TABLE_PROGRAM) return null;
    const collect = (indexes: Uint8Array, into: string[]): boolean =>
      indexes.every((index) => {
        const start = TABLE_HEADER_BYTES + index * 32;
        if (start + 32 > table.data.length) return false;
        into.push(base58.encode(table.data.subarray(start, start + 32)));
        return true;
      });
    if (!collect(lookup.writableIndexes, writable) || !collect(lookup.readonlyIndexes, readonly)) return null;
  }
  return { writable, readonly };
}
