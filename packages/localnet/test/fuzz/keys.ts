import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import bs58 from 'bs58';

/** A key pair that signs bytes. */
export interface SigningKey {
  readonly address: string;
  sign(message: Uint8Array): Buffer;
}

/** What PKCS #8 puts before the 32 bytes of an Ed25519 private key. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The key pair of a text: the same text gives the same key. */
export function signingKey(text: string): SigningKey {
  const secret = createHash('sha256').update(text).digest();
  const key: KeyObject = createPrivateKey({
    key: Buffer.concat([PKCS8_PREFIX, secret]),
    format: 'der',
    type: 'pkcs8',
  });
  const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32);
  return { address: bs58.encode(publicKey), sign: (message) => sign(null, message, key) };
}
