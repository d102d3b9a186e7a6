/** Signals bytes that are not a well-formed transaction; the message is what validators say of them. */
export class WireError extends Error {
  override readonly name = 'WireError';
}

/** Signals a transaction that can be read but makes no sense: what validators find when they sanitize it. */
export class SanitizeError extends WireError {}

/** Reads the little-endian wire format of transactions, refusing to run past the end. */
export interface WireReader {
  u8(): number;
  /** Reads Solana's compact-u16; longer encodings of a value than needed are refused, as validators do. */
  compactU16(): number;
  bytes(length: number): Uint8Array;
  /** Reads a compact-u16 length and that many bytes. */
  vector(): Uint8Array;
  offset(): number;
  remaining(): number;
}

/** Creates a reader over `source`; what it returns are views, not copies. */
export function createWireReader(source: Uint8Array): WireReader {
  let offset = 0;
  const take = (length: number): Uint8Array => {
    if (offset + length > source.length) throw new WireError('io error: failed to fill whole buffer');
    const view = source.subarray(offset, offset + length);
    offset += length;
    return view;
  };
  const u8 = (): number => take(1)[0] ?? 0;
  const compactU16 = (): number => {
    let value = 0;
    for (let position = 0; position < 3; position += 1) {
      const byte = u8();
      if (position > 0 && byte === 0) {
        throw new WireError('invalid value: alias encoding, expected strict form encoding');
      }
      value |= (byte & 0x7f) << (7 * position);
      if ((byte & 0x80) === 0) {
        if (value <= 0xffff) return value;
        throw new WireError(`invalid value: integer \`${value}\`, expected a value in the range [0, 65535]`);
      }
    }
    throw new WireError(
      'invalid value: continue signal on byte-three, expected a terminal signal on or before byte-three',
    );
  };
  return {
    u8,
    compactU16,
    bytes: take,
    vector: () => take(compactU16()),
    offset: () => offset,
    remaining: () => source.length - offset,
  };
}
