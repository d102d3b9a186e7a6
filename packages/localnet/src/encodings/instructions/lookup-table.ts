import type { Base58 } from '../base58.js';
import { createDataReader, NotParsable } from '../data-reader.js';
import type { ParsedInstruction } from './parse.js';

const TABLE = ['lookupTableAccount', 'lookupTableAuthority'];
const SHAPES = [
  { type: 'createLookupTable', accounts: [...TABLE, 'payerAccount', 'systemProgram'] },
  { type: 'freezeLookupTable', accounts: TABLE },
  { type: 'extendLookupTable', accounts: TABLE },
  { type: 'deactivateLookupTable', accounts: TABLE },
  { type: 'closeLookupTable', accounts: [...TABLE, 'recipient'] },
] as const;

/** Reads an instruction of the address look-up table program; null when it is not one of those shown parsed. */
export function parseLookupTableInstruction(
  data: Uint8Array,
  accounts: readonly string[],
  base58: Base58,
): ParsedInstruction | null {
  const reader = createDataReader(data, base58);
  const shape = SHAPES[reader.u32()];
  if (shape === undefined) return null;
  let fields = {};
  if (shape.type === 'createLookupTable') fields = { recentSlot: reader.u64(), bumpSeed: reader.u8() };
  if (shape.type === 'extendLookupTable') {
    const count = reader.u64();
    if (count * 32n > BigInt(reader.remaining())) throw new NotParsable('more addresses than data');
    const [, , payerAccount, systemProgram] = accounts;
    fields = {
      newAddresses: Array.from({ length: Number(count) }, () => reader.key()),
      ...(systemProgram === undefined ? {} : { payerAccount, systemProgram }),
    };
  }
  if (accounts.length < shape.accounts.length) return null;
  const named = shape.accounts.map((name, index) => [name, accounts[index]]);
  return { type: shape.type, info: { ...Object.fromEntries(named), ...fields } };
}
