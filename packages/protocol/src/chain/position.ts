import type { InstructionPath } from './transaction.js';

/**
 * A place in the chain's history as one string that sorts like the chain does:
 * slot (12 digits), index in slot (6), top-level instruction (3), inner instruction (3; 000 = the top-level one itself).
 */
export type ChainPosition = string;

const digits = (value: bigint | number, width: number): string => {
  const text = value.toString();
  if (text.length > width || text.startsWith('-')) {
    throw new RangeError(`chain position part ${text} does not fit ${width} digits`);
  }
  return text.padStart(width, '0');
};

/** Parts of three digits, which instructions are numbered by. */
const THREE_DIGITS = Array.from({ length: 1_000 }, (_, value) => digits(value, 3));
const threeDigits = (value: number): string => THREE_DIGITS[value] ?? digits(value, 3);

/** The last transaction's part: instructions come one after the other. */
let last = { slot: -1n, index: -1, text: '' };

function transactionPart(slot: bigint, index: number): string {
  if (last.index !== index || last.slot !== slot) {
    last = { slot, index, text: `${digits(slot, 12)}-${digits(index, 6)}-` };
  }
  return last.text;
}

/** Position of an instruction. Throws RangeError for values that cannot be ordered (negative or too large). */
export function chainPosition(slot: bigint, index: number, path: InstructionPath = [0]): ChainPosition {
  const inner = path[1] === undefined ? 0 : path[1] + 1;
  return `${transactionPart(slot, index)}${threeDigits(path[0])}-${threeDigits(inner)}`;
}

/** Sorts before every position. */
export const MIN_POSITION: ChainPosition = chainPosition(0n, 0);
/** Sorts after every position. */
export const MAX_POSITION: ChainPosition = '999999999999-999999-999-999';
