import type { Base58 } from '../base58.js';
import { TOKEN_2022_PROGRAM, TOKEN_PROGRAM } from '../token-accounts.js';
import { parseAssociatedTokenInstruction } from './associated-token.js';
import { parseSystemInstruction } from './system.js';
import { parseTokenInstruction } from './token.js';

/** An instruction with its accounts still as indexes. */
export interface InstructionToParse {
  readonly programIdIndex: number;
  readonly accounts: readonly number[];
  readonly data: Uint8Array;
  readonly stackHeight: number;
}

/** What an instruction means, in the words of Solana's RPC. */
export interface ParsedInstruction {
  readonly type: string;
  readonly info: Readonly<Record<string, unknown>>;
}

interface Parser {
  readonly program: string;
  parse(data: Uint8Array, accounts: readonly string[], base58: Base58): ParsedInstruction | string | null;
}

const MEMO: Parser = { program: 'spl-memo', parse: (data) => Buffer.from(data).toString('utf8') };

const PARSERS: ReadonlyMap<string, Parser> = new Map([
  ['11111111111111111111111111111111', { program: 'system', parse: parseSystemInstruction }],
  [TOKEN_PROGRAM, { program: 'spl-token', parse: parseTokenInstruction }],
  [TOKEN_2022_PROGRAM, { program: 'spl-token', parse: parseTokenInstruction }],
  [
    'ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL',
    { program: 'spl-associated-token-account', parse: parseAssociatedTokenInstruction },
  ],
  ['MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr', MEMO],
  ['Memo1UhkJRfHyvLMcVucJwxXeuD728EqVDDwQDxFMNo', MEMO],
]);

/**
 * Writes an instruction as jsonParsed does: by meaning for the programs known here, otherwise partially decoded
 * (accounts by address, data in base58), which is also what validators do with programs unknown to them.
 */
export function parseInstruction(
  instruction: InstructionToParse,
  keys: readonly string[],
  base58: Base58,
): object {
  const programId = keys[instruction.programIdIndex] ?? '';
  const accounts = instruction.accounts.map((index) => keys[index] ?? '');
  const { data, stackHeight } = instruction;
  const parser = PARSERS.get(programId);
  const parsed = parser?.parse(data, accounts, base58) ?? null;
  if (parser !== undefined && parsed !== null)
    return { program: parser.program, programId, parsed, stackHeight };
  return { programId, accounts, data: base58.encode(data), stackHeight };
}
