import type { Address } from '@solana/kit';
import type { ChainInstruction } from '../chain/transaction.js';

/**
 * The instructions that the one at `at` called, directly or through others.
 * Without stack heights (old history) an inner instruction is taken to own what follows it up to the next call of `program`.
 */
export function calledBy(
  instructions: readonly ChainInstruction[],
  at: number,
  program: Address,
): readonly ChainInstruction[] {
  const caller = instructions[at];
  if (caller === undefined) return [];
  const isInner = caller.path[1] !== undefined;
  let end = at + 1;
  for (; end < instructions.length; end += 1) {
    const next = instructions[end];
    if (next === undefined || next.path[0] !== caller.path[0]) break;
    if (!isInner) continue;
    const heightKnown = caller.stackHeight > 0 && next.stackHeight > 0;
    if (heightKnown ? next.stackHeight <= caller.stackHeight : next.programId === program) break;
  }
  return instructions.slice(at + 1, end);
}
