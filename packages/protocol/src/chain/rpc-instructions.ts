import type { Address } from '@solana/kit';
import { malformed } from './format-error.js';
import {
  type JsonObject,
  readArray,
  readData,
  readIndex,
  readObject,
  readOptionalArray,
} from './read-json.js';
import type { ChainInstruction, InstructionPath } from './transaction.js';

/** Far above what the runtime executes in one transaction (64), below what a chain position can hold. */
const MAX_INSTRUCTIONS = 512;
const MAX_ACCOUNTS = 256;
const MAX_STACK_HEIGHT = 64;

function readInstruction(
  value: unknown,
  at: string,
  path: InstructionPath,
  stackHeight: number,
  accounts: readonly Address[],
): ChainInstruction {
  const instruction = readObject(value, at);
  const resolve = (index: unknown, place: string): Address => {
    const account = accounts[readIndex(index, place, accounts.length)];
    if (account === undefined) throw malformed(place, 'an account of the transaction');
    return account;
  };
  return {
    path,
    stackHeight,
    programId: resolve(instruction.programIdIndex, `${at}.programIdIndex`),
    accounts: readArray(instruction.accounts, `${at}.accounts`, MAX_ACCOUNTS).map((index, position) =>
      resolve(index, `${at}.accounts[${position}]`),
    ),
    data: readData(instruction.data, `${at}.data`),
  };
}

/** History recorded before the runtime told stack heights leaves them out: 0 = unknown. */
function readStackHeight(value: unknown, path: string): number {
  return value === undefined || value === null ? 0 : readIndex(value, path, MAX_STACK_HEIGHT);
}

function readInner(meta: JsonObject, outerCount: number): Map<number, readonly unknown[]> {
  const groups = new Map<number, readonly unknown[]>();
  readOptionalArray(meta.innerInstructions, 'meta.innerInstructions', outerCount).forEach(
    (value, position) => {
      const at = `meta.innerInstructions[${position}]`;
      const group = readObject(value, at);
      const outer = readIndex(group.index, `${at}.index`, outerCount);
      if (groups.has(outer)) throw malformed(`${at}.index`, 'one group for each outer instruction');
      groups.set(outer, readArray(group.instructions, `${at}.instructions`, MAX_INSTRUCTIONS));
    },
  );
  return groups;
}

/** All instructions in execution order: each outer one is followed by those it called. */
export function readInstructions(
  message: JsonObject,
  meta: JsonObject,
  accounts: readonly Address[],
): ChainInstruction[] {
  const outer = readArray(message.instructions, 'transaction.message.instructions', MAX_INSTRUCTIONS);
  const inner = readInner(meta, outer.length);
  return outer.flatMap((value, top) => {
    const at = `transaction.message.instructions[${top}]`;
    const called = (inner.get(top) ?? []).map((child, position) => {
      const place = `meta.innerInstructions(${top})[${position}]`;
      const height = readStackHeight(readObject(child, place).stackHeight, `${place}.stackHeight`);
      return readInstruction(child, place, [top, position], height, accounts);
    });
    return [readInstruction(value, at, [top], 1, accounts), ...called];
  });
}
