import { addressBytes } from './addresses.js';
import type { SigningKey } from './keys.js';

/** The parts of a transaction, which need not fit together. */
export interface TransactionParts {
  version: 'legacy' | number;
  header: [signatures: number, readonlySigned: number, readonlyUnsigned: number];
  keys: string[];
  blockhash: Uint8Array;
  instructions: { program: number; accounts: number[]; data: Uint8Array }[];
  lookups: { table: string; writable: number[]; readonly: number[] }[];
}

/** Writes a number as compact-u16; above 65535 it takes as many bytes as it needs. */
export function compact(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest > 0 ? low | 0x80 : low);
  } while (rest > 0);
  return Buffer.from(bytes);
}

const vector = (bytes: Uint8Array | readonly number[]): Buffer =>
  Buffer.concat([compact(bytes.length), Buffer.from(bytes)]);

/** Writes the message of a transaction. */
export function encodeMessage(parts: TransactionParts): Buffer {
  return Buffer.concat([
    parts.version === 'legacy' ? Buffer.alloc(0) : Buffer.of(0x80 | parts.version),
    Buffer.from(parts.header),
    compact(parts.keys.length),
    ...parts.keys.map(addressBytes),
    parts.blockhash,
    compact(parts.instructions.length),
    ...parts.instructions.map(({ program, accounts, data }) =>
      Buffer.concat([Buffer.of(program), vector(accounts), vector(data)]),
    ),
    ...(parts.version === 'legacy' ? [] : [compact(parts.lookups.length)]),
    ...parts.lookups.map(({ table, writable, readonly }) =>
      Buffer.concat([addressBytes(table), vector(writable), vector(readonly)]),
    ),
  ]);
}

/** Signs a message for as many signers as the header counts; signers without a key here get a signature of zeros. */
export function signMessage(
  message: Buffer,
  signers: readonly string[],
  keys: ReadonlyMap<string, SigningKey>,
): Buffer {
  return Buffer.concat([
    compact(signers.length),
    ...signers.map((signer) => keys.get(signer)?.sign(message) ?? Buffer.alloc(64)),
    message,
  ]);
}
