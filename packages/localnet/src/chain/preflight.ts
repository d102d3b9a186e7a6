import type { Base58 } from '../encodings/base58.js';
import type { WireTransaction } from '../encodings/transaction-wire.js';
import type { Chain } from './chain.js';
import { describeResult } from './execute.js';
import type { AccountState, Commitment, TransactionError, TransactionMeta } from './types.js';
import type { Vm, VmSimulation } from './vm.js';

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

export interface PreflightOptions {
  /** Where blockhash and status are looked up; the accounts are those that the virtual machine holds now. */
  readonly commitment: Commitment;
  readonly verifySignatures: boolean;
  /** Whatever the transaction names, it is tried as if it named a blockhash that is valid. */
  readonly replaceBlockhash: boolean;
}

/** Tries a transaction on the virtual machine, after the checks that come before any execution. */
export function preflight(
  { chain, vm, base58 }: { readonly chain: Chain; readonly vm: Vm; readonly base58: Base58 },
  transaction: WireTransaction,
  options: PreflightOptions,
): PreflightResult {
  // With another blockhash it would be another transaction: it has not been processed, and its blockhash is known.
  const refusal = options.replaceBlockhash ? null : chain.refusal(transaction, options.commitment);
  const { verifySignatures } = options;
  if (refusal !== null) {
    // Signatures are looked at first.
    const forged =
      verifySignatures && vm.simulate(transaction, { verifySignatures }).err === 'SignatureFailure';
    return { ...NOT_EXECUTED, err: forged ? 'SignatureFailure' : refusal };
  }
  const result = vm.simulate(transaction, { verifySignatures });
  return describeLater(result, base58);
}

/** Most transactions pass, and then nobody asks what they did: reading that takes longer than the simulation. */
function describeLater(result: VmSimulation, base58: Base58): PreflightResult {
  let described: ReturnType<typeof describeResult> | undefined;
  const describe = (): ReturnType<typeof describeResult> => {
    described ??= describeResult(result, base58);
    return described;
  };
  let postAccounts: PreflightResult['postAccounts'] | undefined;
  return {
    err: result.err,
    get postAccounts() {
      postAccounts ??= result.postAccounts();
      return postAccounts;
    },
    get innerInstructions() {
      return describe().innerInstructions;
    },
    get logMessages() {
      return describe().logMessages;
    },
    get computeUnitsConsumed() {
      return describe().computeUnitsConsumed;
    },
    get returnData() {
      return describe().returnData;
    },
  };
}
