import type { TransactionRecord } from '../chain/types.js';

/** Tells whether a transaction names the address, itself or through a look-up table. */
export function mentions({ transaction, meta }: TransactionRecord, address: string): boolean {
  return (
    transaction.message.staticKeys.includes(address) ||
    meta.loadedAddresses.writable.includes(address) ||
    meta.loadedAddresses.readonly.includes(address)
  );
}
