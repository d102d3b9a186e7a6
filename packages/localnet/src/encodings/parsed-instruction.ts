import type { Base58 } from './base58.js';

/** An instruction with its accounts still as indexes. */
export interface InstructionToParse {
  readonly programIdIndex: number;
  readonly accounts: readonly number[];
  readonly data: Uint8Array;
  readonly stackHeight: number;
}

const MEMO_PROGRAMS = new Set([
  'MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr',
  'Memo1UhkJRfHyvLMcVucJwxXeuD728EqVDDwQDxFMNo',
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
  const { stackHeight } = instruction;
  if (MEMO_PROGRAMS.has(programId)) {
    return {
      program: 'spl-memo',
      programId,
      parsed: Buffer.from(instruction.data).toString('utf8'),
      stackHeight,
    };
  }
  return {
    programId,
    accounts: instruction.accounts.map((index) => keys[index] ?? ''),
    data: base58.encode(instruction.data),
    stackHeight,
  };
}
