const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/**
 * Decodes an address.
 * @param {string} text base58 of 32 bytes
 * @returns {Uint8Array}
 */
export function decodeAddress(text) {
  let value = 0n;
  for (const character of text) {
    const digit = ALPHABET.indexOf(character);
    if (digit < 0) throw new Error(`"${text}" is not an address: "${character}" is not a base58 digit`);
    value = value * 58n + BigInt(digit);
  }
  const leadingZeros = text.length - text.replace(/^1+/, '').length;
  const digits = value === 0n ? '' : value.toString(16);
  const body = Buffer.from(digits.length % 2 ? `0${digits}` : digits, 'hex');
  const bytes = Buffer.concat([Buffer.alloc(leadingZeros), body]);
  if (bytes.length !== 32)
    throw new Error(`"${text}" is not an address: ${bytes.length} bytes instead of 32`);
  return bytes;
}
