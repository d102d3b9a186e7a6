import { ed25519 } from '@noble/curves/ed25519.js';
import { base58 } from '@scure/base';

import { canonicalBytes } from '../canonical.js';
import { Receipt, UnsignedReceipt } from './receipt.js';

/** Signs bytes with the node's ed25519 key and returns the 64-byte signature. */
export type SignBytes = (message: Uint8Array) => Uint8Array | Promise<Uint8Array>;

/**
 * Signs a receipt.
 * @throws ZodError if it is not a receipt; TypeError if it is signed already; RangeError if `sign` does not return 64 bytes
 */
export async function signReceipt(unsigned: UnsignedReceipt, sign: SignBytes): Promise<Receipt> {
  const receipt = UnsignedReceipt.parse(unsigned);
  if ('signature' in receipt) throw new TypeError('the receipt is signed already');
  const signature = await sign(canonicalBytes(receipt));
  if (signature.length !== 64) {
    throw new RangeError(`an ed25519 signature has 64 bytes, the signer returned ${signature.length}`);
  }
  return { ...receipt, signature: base58.encode(signature) };
}

/**
 * Whether a value is a receipt that the node it names has signed, in every field, unknown ones included.
 * False, never an exception, for anything else.
 */
export function verifyReceipt(value: unknown): boolean {
  if (!Receipt.safeParse(value).success) return false;
  const { signature, ...signed } = value as Receipt;
  try {
    const publicKey = base58.decode(signed.node);
    if (publicKey.length !== 32) return false;
    return ed25519.verify(base58.decode(signature), canonicalBytes(signed), publicKey, { zip215: false });
  } catch {
    return false;
  }
}
