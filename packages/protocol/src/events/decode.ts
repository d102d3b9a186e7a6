import { chainPosition } from '../chain/position.js';
import type { ChainTransaction } from '../chain/transaction.js';
import type { NetworkConfig } from '../network/config.js';
import type { ProtocolEvent } from './event.js';
import { interpret } from './interpret.js';
import { programAt } from './programs.js';
import { calledBy } from './scope.js';
import { balancesByAccount, tokenMovements } from './token-movements.js';

/**
 * Every call of the network's programs in a transaction, top level and inner, in execution order.
 * `list` and `work` have a `run` only when they created it, which is what being matched means.
 * Failed transactions give events that moved nothing. Never throws: what cannot be read is 'unknown',
 * with its data as hex in `args.data`.
 */
export function decodeTransaction(
  tx: ChainTransaction,
  network: NetworkConfig,
  balances = balancesByAccount(tx.tokenBalances),
): ProtocolEvent[] {
  const { signature, slot, index, blockTime } = tx;
  const failed = tx.error !== null;
  return tx.instructions.flatMap(({ programId, path, accounts, data }, at) => {
    const program = programAt(programId, network);
    if (program === null) return [];
    const called = calledBy(tx.instructions, at, programId);
    const movements = failed ? [] : tokenMovements(called, balances);
    return {
      position: chainPosition(slot, index, path),
      signature,
      slot,
      index,
      path,
      blockTime,
      failed,
      program,
      ...interpret(program, { accounts, data, blockTime, called, network }, movements, failed),
    };
  });
}
