import bs58 from 'bs58';

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Text that is not in the encoding that it should be in; the message is the decoder's name for what is wrong. */
export class EncodingFault extends Error {
  override readonly name = 'EncodingFault';
}

/**
 * Decodes base64 strictly: with padding, without anything else. The faults are named as Rust's decoder names them,
 * because validators show them.
 *
 * @throws EncodingFault
 */
export function decodeBase64(text: string): Uint8Array {
  const symbols = text.replace(/={1,2}$/, '');
  const odd = symbols.search(/[^A-Za-z0-9+/]/);
  if (odd !== -1) throw new EncodingFault(`InvalidByte(${odd}, ${Buffer.from(symbols.slice(odd))[0]})`);
  const left = symbols.length % 4;
  if (left === 1) throw new EncodingFault(`InvalidLength(${symbols.length})`);
  if (text.length % 4 !== 0) throw new EncodingFault('InvalidPadding');
  const last = symbols.length - 1;
  const unused = left === 2 ? 0b1111 : left === 3 ? 0b11 : 0;
  if ((BASE64.indexOf(symbols.charAt(last)) & unused) !== 0) {
    throw new EncodingFault(`InvalidLastSymbol(${last}, ${symbols.charCodeAt(last)})`);
  }
  return new Uint8Array(Buffer.from(symbols, 'base64'));
}

/**
 * Decodes base58, naming faults as Rust's decoder does.
 *
 * @throws EncodingFault
 */
export function decodeBase58(text: string): Uint8Array {
  const odd = text.search(/[^1-9A-HJ-NP-Za-km-z]/);
  if (odd === -1) return bs58.decode(text);
  const character = text.charAt(odd);
  throw new EncodingFault(
    character > '\u007f'
      ? `NonAsciiCharacter { index: ${odd} }`
      : `InvalidCharacter { character: '${character}', index: ${odd} }`,
  );
}
