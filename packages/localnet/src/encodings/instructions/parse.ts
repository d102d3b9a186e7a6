import type { Base58 } from '../base58.js';
import { parsedOrNull, readUtf8 } from '../data-reader.js';
import { TOKEN_2022_PROGRAM, TOKEN_PROGRAM } from '../token-accounts.js';
import { parseAssociatedTokenInstruction } from './associated-token.js';
import { parseLookupTableInstruction } from './lookup-table.js';
import { parseSystemInstruction } from './system.js';
import { parseTokenInstruction } from './token.js';
import { parseUpgradeableLoaderInstruction } from './upgradeable-loader.js';

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
  /** Whether an instruction must name accounts to be shown parsed. */
  readonly needsAccounts: boolean;
  /** @throws NotParsable when the data is too short or odd. */
  parse(data: Uint8Array, accounts: readonly string[], base58: Base58): ParsedInstruction | string | null;
}

const parser = (program: string, parse: Parser['parse']): Parser => ({ program, needsAccounts: true, parse });

const MEMO: Parser = { program: 'spl-memo', needsAccounts: false, parse: readUtf8 };
const TOKEN = parser('spl-token', parseTokenInstruction);

const PARSERS: ReadonlyMap<string, Parser> = new Map([
  ['11111111111111111111111111111111', parser('system', parseSystemInstruction)],
  [TOKEN_PROGRAM, TOKEN],
  [TOKEN_2022_PROGRAM, TOKEN],
  [
    'ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL',
    parser('spl-associated-token-account', parseAssociatedTokenInstruction),
  ],
  [
    'AddressLookupTab1e1111111111111111111111111',
    parser('address-lookup-table', parseLookupTableInstruction),
  ],
  [
    'BPFLoaderUpgradeab1e11111111111111111111111',
    parser('bpf-upgradeable-loader', parseUpgradeableLoaderInstruction),
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
  if (parser !== undefined && (accounts.length > 0 || !parser.needsAccounts)) {
    const parsed = parsedOrNull(() => parser.parse(data, accounts, base58));
    if (parsed !== null) {
      return { parsed: inOrder(parsed), program: parser.program, programId, stackHeight };
    }
  }
  return { accounts, data: base58.encode(data), programId, stackHeight };
}

/** The RPC lists the fields of JSON objects by name. */
function inOrder(parsed: ParsedInstruction | string): unknown {
  if (typeof parsed === 'string') return parsed;
  const fields = Object.entries(parsed.info).sort(([a], [b]) => (a < b ? -1 : 1));
  return { info: Object.fromEntries(fields), type: parsed.type };
}
