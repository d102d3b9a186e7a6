import type { ParsedInstruction } from './parse.js';

/** Reads an instruction of the associated token account program; null when it is not one of those shown parsed. */
export function parseAssociatedTokenInstruction(
  data: Uint8Array,
  accounts: readonly string[],
): ParsedInstruction | null {
  const [source, account, wallet, mint, systemProgram, tokenProgram] = accounts;
  const tag = data[0] ?? 0;
  if (tag > 1 || tokenProgram === undefined) return null;
  return {
    type: tag === 0 ? 'create' : 'createIdempotent',
    info: { source, account, wallet, mint, systemProgram, tokenProgram },
  };
}
