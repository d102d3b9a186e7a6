import type { Base58 } from '../base58.js';
import { createDataReader } from '../data-reader.js';
import type { ParsedInstruction } from './parse.js';
import { TOKEN_SHAPES, type TokenShape } from './token-shapes.js';

/** Authorities of token accounts; all others are those of a mint. */
const ACCOUNT_AUTHORITIES = new Set(['accountOwner', 'closeAccount']);

/** Reads an instruction of a token program; null when it is not one of those shown parsed. */
export function parseTokenInstruction(
  data: Uint8Array,
  accounts: readonly string[],
  base58: Base58,
): ParsedInstruction | null {
  const reader = createDataReader(data, base58);
  const shape = TOKEN_SHAPES[reader.u8()];
  if (shape === undefined) return null;
  const fields = shape.read?.(reader) ?? {};
  const more = shape.authority === undefined && shape.signersFrom === undefined ? 0 : 1;
  if (accounts.length < shape.accounts.length + more) return null;
  return {
    type: shape.type,
    info: {
      ...Object.fromEntries(accountNames(shape, fields).map((name, index) => [name, accounts[index]])),
      ...nameAuthority(accounts.slice(shape.accounts.length), shape.authority),
      ...(shape.signersFrom === undefined ? {} : { signers: accounts.slice(shape.signersFrom) }),
      ...fields,
    },
  };
}

/** What a setAuthority is about depends on the kind of authority. */
function accountNames(shape: TokenShape, fields: object): readonly string[] {
  if (!('authorityType' in fields)) return shape.accounts;
  return ACCOUNT_AUTHORITIES.has(String(fields.authorityType)) ? ['account'] : ['mint'];
}

function nameAuthority(accounts: readonly string[], names: TokenShape['authority']): object {
  if (names === undefined) return {};
  const [single, multisig] = names;
  const [authority, ...signers] = accounts;
  return signers.length === 0 ? { [single]: authority } : { [multisig]: authority, signers };
}
