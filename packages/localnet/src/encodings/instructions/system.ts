import type { Base58 } from '../base58.js';
import type { ParsedInstruction } from './parse.js';

/** Reads an instruction of the system program; null when it is not one of those shown parsed. */
export function parseSystemInstruction(
  data: Uint8Array,
  accounts: readonly string[],
  base58: Base58,
): ParsedInstruction | null {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const [first, second, third] = accounts;
  if (data.length < 4) return null;
  switch (view.getUint32(0, true)) {
    case 0:
      if (data.length < 52) return null;
      return {
        type: 'createAccount',
        info: {
          source: first,
          newAccount: second,
          lamports: view.getBigUint64(4, true),
          space: view.getBigUint64(12, true),
          owner: base58.encode(data.subarray(20, 52)),
        },
      };
    case 1:
      if (data.length < 36) return null;
      return { type: 'assign', info: { account: first, owner: base58.encode(data.subarray(4, 36)) } };
    case 2:
      if (data.length < 12) return null;
      return {
        type: 'transfer',
        info: { source: first, destination: second, lamports: view.getBigUint64(4, true) },
      };
    case 4:
      return {
        type: 'advanceNonce',
        info: { nonceAccount: first, recentBlockhashesSysvar: second, nonceAuthority: third },
      };
    case 8:
      if (data.length < 12) return null;
      return { type: 'allocate', info: { account: first, space: view.getBigUint64(4, true) } };
    default:
      return null;
  }
}
