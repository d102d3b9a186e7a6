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

/** Position of an instruction. Throws RangeError for values that cannot be ordered (negative or too large). */
export function chainPosition(slot: bigint, index: number, path: InstructionPath = [0]): ChainPosition {
  const inner = path[1] === undefined ? 0 : path[1] + 1;
  return `${digits(slot, 12)}-${digits(index, 6)}-${digits(path[0], 3)}-${digits(inner, 3)}`;
}

/** Sorts before every position. */
export const MIN_POSITION: ChainPosition = chainPosition(0n, 0);
/** Sorts after every position. */
export const MAX_POSITION: ChainPosition = '999999999999-999999-999-999';
