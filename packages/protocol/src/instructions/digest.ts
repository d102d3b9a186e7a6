/**
 * A sha2-256 digest for an instruction argument. Throws RangeError unless it has 32 bytes:
 * the generated encoder would silently cut or pad any other length.
 */
export function requireDigest(name: string, digest: Uint8Array): Uint8Array {
  if (digest.length !== 32) {
    throw new RangeError(`${name} must be a sha2-256 digest of 32 bytes, got ${digest.length} bytes`);
  }
  return digest;
}
