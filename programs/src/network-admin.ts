import { type Address, getAddressEncoder } from '@solana/kit';
import { DEFAULT_MARKET_ADMIN } from './addresses.js';

/**
 * The binary with another network admin: the key is a constant of 32 bytes in its read-only data.
 * @throws Error when the binary does not hold the default admin's key exactly once
 */
export function withNetworkAdmin(elf: Uint8Array, admin: Address): Uint8Array {
  const encoder = getAddressEncoder();
  const current = Buffer.from(encoder.encode(DEFAULT_MARKET_ADMIN as Address));
  const bytes = Buffer.from(elf);
  const at = bytes.indexOf(current);
  if (at < 0 || bytes.indexOf(current, at + 1) >= 0) {
    throw new Error(
      'the binary does not hold the network admin exactly once: rebuild it with npm run build:programs',
    );
  }
  bytes.set(encoder.encode(admin), at);
  return new Uint8Array(bytes);
}
