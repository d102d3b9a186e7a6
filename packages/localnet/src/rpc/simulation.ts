import { describeTransactionError } from '../chain/errors.js';
import { tokenBalances } from '../chain/execute.js';
import { feeOf } from '../chain/fees.js';
import type { LoadedAddresses } from '../chain/lookup-tables.js';
import type { PreflightResult } from '../chain/preflight.js';
import type { AccountState, Commitment, TransactionError } from '../chain/types.js';
import { type AccountEncoding, encodeAccount } from '../encodings/account.js';
import { allKeys } from '../encodings/transaction.js';
import {
  encodeInnerInstructions,
  encodeLoadedAddresses,
  encodeReturnData,
  encodeTokenBalance,
} from '../encodings/transaction-meta.js';
import type { WireTransaction } from '../encodings/transaction-wire.js';
import { RPC_CODES, RpcError } from '../rpc-error.js';
import type { RpcContext } from './context.js';
import { loadedAccountsSize } from './loaded-size.js';

/** What of a simulation the client wants to see beside its outcome. */
export interface SimulationView {
  readonly accounts: {
    readonly encoding?: AccountEncoding | null | undefined;
    readonly addresses: readonly string[];
  } | null;
  readonly commitment: Commitment;
  readonly innerInstructions: boolean;
  readonly replacementBlockhash: { readonly blockhash: string; readonly lastValidBlockHeight: number } | null;
}

/** A transaction that was tried, with the addresses that it takes from look-up tables. */
export interface Simulated {
  readonly transaction: WireTransaction;
  readonly loaded: LoadedAddresses;
  readonly result: PreflightResult;
}

/** Writes a simulation's outcome as simulateTransaction returns it. */
export function describeSimulation(context: RpcContext, simulated: Simulated, view: SimulationView): object {
  const { transaction, loaded, result } = simulated;
  const keys = allKeys(transaction.message, { loadedAddresses: loaded });
  const ran = hasRun(simulated);
  const { pre, post } = ran ? statesAround(context, simulated, keys) : { pre: null, post: null };
  const balances = (states: typeof pre) => states?.map((state) => state?.lamports ?? 0n) ?? null;
  const tokens = (states: typeof pre) =>
    states === null ? null : tokenBalances(context.vm, context.base58, states).map(encodeTokenBalance);
  return {
    accounts:
      view.accounts === null
        ? null
        : describeAccounts(context, simulated, { ...view, accounts: view.accounts }),
    err: result.err,
    fee: ran ? feeOf(transaction.message) : null,
    innerInstructions:
      view.innerInstructions && ran
        ? encodeInnerInstructions(result.innerInstructions, keys, true, context.base58)
        : null,
    loadedAccountsDataSize: sizeOf(context, simulated),
    loadedAddresses: encodeLoadedAddresses(loaded),
    logs: result.logMessages,
    postBalances: balances(post),
    postTokenBalances: tokens(post),
    preBalances: balances(pre),
    preTokenBalances: tokens(pre),
    replacementBlockhash: view.replacementBlockhash,
    returnData: result.returnData === null ? null : encodeReturnData(result.returnData),
    unitsConsumed: result.computeUnitsConsumed,
  };
}

/** The error with which sendTransaction refuses a transaction that failed its preflight. */
export function preflightFailure(context: RpcContext, simulated: Simulated, err: TransactionError): RpcError {
  const { transaction, result } = simulated;
  return new RpcError(
    RPC_CODES.preflightFailure,
    `Transaction simulation failed: ${describeTransactionError(err)}`,
    {
      accounts: null,
      err,
      fee: hasRun(simulated) ? feeOf(transaction.message) : null,
      innerInstructions: null,
      loadedAccountsDataSize: sizeOf(context, simulated),
      loadedAddresses: null,
      logs: result.logMessages,
      postBalances: null,
      postTokenBalances: null,
      preBalances: null,
      preTokenBalances: null,
      replacementBlockhash: null,
      returnData: result.returnData === null ? null : encodeReturnData(result.returnData),
      unitsConsumed: result.computeUnitsConsumed,
    },
  );
}

const COMPUTE_BUDGET = 'ComputeBudget111111111111111111111111111111';

/**
 * Errors that are a mere name come before any execution, and so do those of the compute budget, which is read first,
 * and of a fee payer that would be left with too little for its rent.
 */
function hasRun({ transaction: { message }, result: { err, logMessages } }: Simulated): boolean {
  if (err === null) return true;
  if (typeof err === 'string' || 'DuplicateInstruction' in err) return false;
  if ('InsufficientFundsForRent' in err) return logMessages.length > 0;
  if (!('InstructionError' in err)) return true;
  const failed = message.instructions[err.InstructionError[0]];
  return logMessages.length > 0 || message.staticKeys[failed?.programIdIndex ?? -1] !== COMPUTE_BUDGET;
}

function sizeOf({ vm, base58 }: RpcContext, simulated: Simulated): number {
  const { transaction, loaded } = simulated;
  return hasRun(simulated) ? loadedAccountsSize(transaction, loaded, vm.account, base58) : 0;
}

/** The states of all accounts of a transaction that ran, before and after it. */
function statesAround(
  { vm }: RpcContext,
  { transaction, result }: Simulated,
  keys: readonly string[],
): { pre: (AccountState | null)[]; post: (AccountState | null)[] } {
  const pre = keys.map(vm.account);
  if (result.err !== null) {
    const [payer = null, ...others] = pre;
    // What failed took nothing but the fee.
    const paid = payer === null ? null : { ...payer, lamports: payer.lamports - feeOf(transaction.message) };
    return { pre, post: [paid, ...others] };
  }
  return { pre, post: keys.map((key, index) => result.postAccounts.get(key) ?? pre[index] ?? null) };
}

function describeAccounts(
  context: RpcContext,
  { result }: Simulated,
  { accounts: wanted, commitment }: SimulationView & { accounts: NonNullable<SimulationView['accounts']> },
): (object | null)[] {
  const encoding = wanted.encoding ?? 'base64';
  const read = (address: string): AccountState | null =>
    result.postAccounts.get(address) ?? context.chain.account(address, commitment);
  return wanted.addresses.map((address) => {
    const state = result.err === null ? read(address) : null;
    if (state === null) return null;
    return encodeAccount(address, state, { encoding }, { ...context, vm: { account: read } });
  });
}
