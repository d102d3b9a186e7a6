import { describeTransactionError } from '../chain/errors.js';
import { loadAddresses } from '../chain/lookup-tables.js';
import type { PreflightResult } from '../chain/preflight.js';
import type { TransactionError } from '../chain/types.js';
import { type AccountEncoding, encodeAccount } from '../encodings/account.js';
import { allKeys, encodeInnerInstructions } from '../encodings/transaction.js';
import type { WireTransaction } from '../encodings/transaction-wire.js';
import { RPC_CODES, RpcError } from '../rpc-error.js';
import type { RpcContext } from './context.js';

/** What of a simulation the client wants to see beside its outcome. */
export interface SimulationView {
  readonly accounts: {
    readonly encoding?: AccountEncoding | null | undefined;
    readonly addresses: string[];
  } | null;
  readonly innerInstructions: boolean;
}

/** Writes a simulation's outcome as simulateTransaction returns it. */
export function describeSimulation(
  context: RpcContext,
  transaction: WireTransaction,
  result: PreflightResult,
  view: SimulationView,
): object {
  const { vm, base58 } = context;
  const loaded = loadAddresses(transaction.message, vm.account, base58) ?? { writable: [], readonly: [] };
  const keys = allKeys(transaction.message, { loadedAddresses: loaded });
  return {
    err: result.err,
    logs: result.logMessages,
    accounts:
      view.accounts === null
        ? null
        : view.accounts.addresses.map((wanted) => {
            const state = result.postAccounts.get(wanted) ?? vm.account(wanted);
            const encoding = view.accounts?.encoding ?? 'base64';
            return state === null ? null : encodeAccount(state, { encoding }, context);
          }),
    unitsConsumed: result.computeUnitsConsumed,
    returnData:
      result.returnData === null
        ? null
        : { programId: result.returnData.programId, data: [result.returnData.data, 'base64'] },
    innerInstructions: view.innerInstructions
      ? encodeInnerInstructions(result.innerInstructions, keys, true, base58)
      : null,
  };
}

/** The error with which sendTransaction refuses a transaction that failed its preflight. */
export function preflightFailure(result: PreflightResult, err: TransactionError): RpcError {
  return new RpcError(
    RPC_CODES.preflightFailure,
    `Transaction simulation failed: ${describeTransactionError(err)}`,
    {
      accounts: null,
      err,
      innerInstructions: null,
      logs: result.logMessages,
      replacementBlockhash: null,
      returnData:
        result.returnData === null
          ? null
          : { programId: result.returnData.programId, data: [result.returnData.data, 'base64'] },
      unitsConsumed: result.computeUnitsConsumed,
    },
  );
}
