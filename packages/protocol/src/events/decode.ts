import { chainPosition } from '../chain/position.js';
import type { ChainInstruction, ChainTransaction } from '../chain/transaction.js';
import type { NetworkConfig } from '../network/config.js';
import type { ProtocolEvent, TokenMovement } from './event.js';
import { interpret } from './interpret.js';
import { programAt } from './programs.js';
import { calledBy } from './scope.js';
import { tokenMovements } from './token-movements.js';

const NO_MOVEMENTS: readonly TokenMovement[] = [];

/** Of a transaction's transfers those under a call that called so many others: the instructions right after it. */
function movementsUnder(
  { path }: ChainInstruction,
  called: number,
  all: readonly TokenMovement[],
): readonly TokenMovement[] {
  if (called === 0 || all.length === 0) return NO_MOVEMENTS;
  const [top, inner = -1] = path;
  const isUnder = (movement: TokenMovement): boolean => {
    const [movedIn, place = -1] = movement.path;
    return movedIn === top && place > inner && place <= inner + called;
  };
  return all.every(isUnder) ? all : all.filter(isUnder);
}

/**
 * Every call of the network's programs in a transaction, top level and inner, in execution order.
 * `list` and `work` have a `run` only when they created it, which is what being matched means.
 * Failed transactions give events that moved nothing. Never throws: what cannot be read is 'unknown',
 * with its data as hex in `args.data`.
 */
export function decodeTransaction(
  tx: ChainTransaction,
  network: NetworkConfig,
  all = tokenMovements(tx.instructions, tx.tokenBalances),
): ProtocolEvent[] {
  const { signature, slot, index, blockTime, instructions } = tx;
  const failed = tx.error !== null;
  const events: ProtocolEvent[] = [];
  for (let at = 0; at < instructions.length; at++) {
    const instruction = instructions[at];
    const program = instruction === undefined ? null : programAt(instruction.programId, network);
    if (instruction === undefined || program === null) continue;
    const { path, accounts, data, programId } = instruction;
    const called = calledBy(instructions, at, programId);
    const movements = failed ? NO_MOVEMENTS : movementsUnder(instruction, called.length, all);
    const position = chainPosition(slot, index, path);
    const origin = { position, signature, slot, index, path, blockTime, failed, program };
    events.push(interpret(origin, { accounts, data, blockTime, called, network }, movements));
  }
  return events;
}
