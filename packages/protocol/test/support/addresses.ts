import { createHash } from 'node:crypto';
import { type Address, getAddressDecoder } from '@solana/kit';

const addresses = new Map<string, Address>();

/** A made-up but well-formed address for a name, always the same one. */
export function addr(name: string): Address {
  const known = addresses.get(name);
  if (known !== undefined) return known;
  const made = getAddressDecoder().decode(digest(name));
  addresses.set(name, made);
  return made;
}

/** A made-up digest for a name. */
export function digest(name: string): Uint8Array {
  return new Uint8Array(createHash('sha256').update(name).digest());
}

export const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
