import type { Base58 } from '../encodings/base58.js';
import type { WireTransaction } from '../encodings/transaction-wire.js';
import type { Chain } from './chain.js';
import { describeResult } from './execute.js';
import type { AccountState, TransactionError, TransactionMeta } from './types.js';
import type { Vm } from './vm.js';

/** The outcome of a transaction that was tried without keeping what it did. */
export interface PreflightResult
  extends Pick<TransactionMeta, 'innerInstructions' | 'logMessages' | 'computeUnitsConsumed' | 'returnData'> {
  readonly err: TransactionError | null;
  readonly postAccounts: ReadonlyMap<string, AccountState>;
}

const NOT_EXECUTED: Omit<PreflightResult, 'err'> = {
  innerInstructions: [],
  logMessages: [],
  computeUnitsConsumed: 0n,
  returnData: null,
  postAccounts: new Map(),
};

/** Tries a transaction on the open slot's state, after the checks that come before any execution. */
export function preflight(
  chain: Chain,
  vm: Vm,
  transaction: WireTransaction,
  base58: Base58,
  options = { verifySignatures: true, checkBlockhash: true },
): PreflightResult {
  const refusal = chain.refusal(transaction);
  if (refusal === 'AlreadyProcessed' || (refusal !== null && options.checkBlockhash)) {
    return { ...NOT_EXECUTED, err: refusal };
  }
  const result = vm.simulate(transaction, { verifySignatures: options.verifySignatures });
  return { err: result.err, postAccounts: result.postAccounts, ...describeResult(result, base58) };
}
