import type { ParsedInstruction } from './parse.js';

const CREATE = ['source', 'account', 'wallet', 'mint', 'systemProgram', 'tokenProgram'];
const RECOVER = [
  'nestedSource',
  'nestedMint',
  'destination',
  'nestedOwner',
  'ownerMint',
  'wallet',
  'tokenProgram',
];
const SHAPES = [
  { type: 'create', accounts: CREATE },
  { type: 'createIdempotent', accounts: CREATE },
  { type: 'recoverNested', accounts: RECOVER },
] as const;

/** Reads an instruction of the associated token account program; null when it is not one of those shown parsed. */
export function parseAssociatedTokenInstruction(
  data: Uint8Array,
  accounts: readonly string[],
): ParsedInstruction | null {
  // The first version of the program had one instruction, without any data.
  const shape = data.length > 1 ? undefined : SHAPES[data[0] ?? 0];
  if (shape === undefined || accounts.length < shape.accounts.length) return null;
  return {
    type: shape.type,
    info: Object.fromEntries(shape.accounts.map((name, index) => [name, accounts[index]])),
  };
}
