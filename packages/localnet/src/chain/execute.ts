import type { Base58 } from '../encodings/base58.js';
import { isTokenProgram, readTokenAccount, readTokenMint } from '../encodings/token-accounts.js';
import { isWritableIndex, type WireTransaction } from '../encodings/transaction-wire.js';
import { feeOf } from './fees.js';
import { loadAddresses } from './lookup-tables.js';
import type { AccountState, InnerInstruction, TokenBalance, TransactionMeta } from './types.js';
import type { Vm, VmResult } from './vm.js';

/** What one execution did: the record's metadata and the accounts that it left different. */
export interface Execution {
  /** False when the transaction could not even pay its fee: validators drop those without a trace. */
  readonly landed: boolean;
  readonly meta: TransactionMeta;
  readonly changes: ReadonlyMap<string, AccountState | null>;
  /** The same accounts as they were before. */
  readonly previous: ReadonlyMap<string, AccountState | null>;
}

/** Executes a transaction on the virtual machine and works out everything that the RPC tells about it. */
export function executeTransaction(
  vm: Vm,
  base58: Base58,
  transaction: WireTransaction,
  options: { verifySignatures: boolean },
): Execution {
  const { message } = transaction;
  const loaded = loadAddresses(message, vm.account, base58) ?? { writable: [], readonly: [] };
  const keys = [...message.staticKeys, ...loaded.writable, ...loaded.readonly];
  const programs = new Set(message.instructions.map((instruction) => instruction.programIdIndex));
  const writable = keys.map((_key, index) => isWritableIndex(message, index));
  // Programs are large and stay as they are: their balance is enough.
  const reads = keys.map((_key, index) => writable[index] === true || !programs.has(index));
  const read = (index: number): AccountState | null => (reads[index] ? vm.account(keys[index] ?? '') : null);

  const before = keys.map((_key, index) => read(index));
  const preBalances = keys.map((key, index) =>
    reads[index] ? (before[index]?.lamports ?? 0n) : vm.balance(key),
  );
  const preTokenBalances = tokenBalances(vm, base58, before);

  const result = vm.execute(transaction, options);

  const after = keys.map((_key, index) => (writable[index] ? read(index) : (before[index] ?? null)));
  const postBalances = keys.map((_key, index) =>
    writable[index] ? (after[index]?.lamports ?? 0n) : (preBalances[index] ?? 0n),
  );
  const changes = new Map<string, AccountState | null>();
  const previous = new Map<string, AccountState | null>();
  keys.forEach((key, index) => {
    const old = before[index] ?? null;
    const state = after[index] ?? null;
    if (!writable[index] || sameAccount(old, state)) return;
    changes.set(key, state);
    previous.set(key, old);
  });
  return {
    landed: result.err === null || changes.size > 0,
    changes,
    previous,
    meta: {
      err: result.err,
      fee: feeOf(message),
      preBalances,
      postBalances,
      preTokenBalances,
      postTokenBalances: tokenBalances(vm, base58, after),
      ...describeResult(result, base58),
      loadedAddresses: loaded,
    },
  };
}

/** The part of the metadata that the virtual machine reports, for executions and simulations alike. */
export function describeResult(
  { meta }: VmResult,
  base58: Base58,
): Pick<TransactionMeta, 'innerInstructions' | 'logMessages' | 'computeUnitsConsumed' | 'returnData'> {
  const returned = meta.returnData();
  const data = returned.data();
  return {
    innerInstructions: meta.innerInstructions().flatMap((list, index) =>
      list.length === 0
        ? []
        : [
            {
              index,
              instructions: list.map((inner): InnerInstruction => {
                const instruction = inner.instruction();
                return {
                  programIdIndex: instruction.programIdIndex(),
                  accounts: [...instruction.accounts()],
                  data: base58.encode(instruction.data()),
                  stackHeight: inner.stackHeight(),
                };
              }),
            },
          ],
    ),
    logMessages: meta.logs(),
    computeUnitsConsumed: meta.computeUnitsConsumed(),
    returnData:
      data.length === 0
        ? null
        : { programId: base58.encode(returned.programId()), data: Buffer.from(data).toString('base64') },
  };
}

/** The token balances among accounts, for those that are token accounts of a known mint. */
export function tokenBalances(
  vm: Vm,
  base58: Base58,
  states: readonly (AccountState | null)[],
): TokenBalance[] {
  return states.flatMap((state, accountIndex) => {
    if (state === null || !isTokenProgram(state.owner)) return [];
    const token = readTokenAccount(state.owner, state.data, base58);
    if (token === null) return [];
    const mintState = vm.account(token.mint);
    const mint = mintState === null ? null : readTokenMint(mintState.owner, mintState.data, base58);
    if (mint === null) return [];
    return [
      {
        accountIndex,
        mint: token.mint,
        owner: token.owner,
        programId: state.owner,
        amount: token.amount.toString(),
        decimals: mint.decimals,
      },
    ];
  });
}

function sameAccount(left: AccountState | null, right: AccountState | null): boolean {
  if (left === null || right === null) return left === right;
  return (
    left.lamports === right.lamports &&
    left.owner === right.owner &&
    left.executable === right.executable &&
    left.data.length === right.data.length &&
    Buffer.compare(left.data, right.data) === 0
  );
}
