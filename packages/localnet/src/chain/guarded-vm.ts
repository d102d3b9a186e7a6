import type { Base58 } from '../encodings/base58.js';
import { isWritableIndex, type WireTransaction } from '../encodings/transaction-wire.js';
import { loadAddresses } from './lookup-tables.js';
import type { AccountState } from './types.js';
import type { Vm, VmResult } from './vm.js';

/** An account that cannot be put in place, with the reason. */
class AccountRefusal extends Error {
  override readonly name = 'AccountRefusal';
}

const NATIVE_LOADER = 'NativeLoader1111111111111111111111111111111';
const UPGRADEABLE_LOADER = 'BPFLoaderUpgradeab1e11111111111111111111111';
const PROGRAM_DATA = 3;
/** Addresses of sysvars, those included that hold no account. */
const SYSVARS: ReadonlySet<string> = new Set([
  'SysvarC1ock11111111111111111111111111111111',
  'SysvarEpochRewards1111111111111111111111111',
  'SysvarEpochSchedu1e111111111111111111111111',
  'SysvarFees111111111111111111111111111111111',
  'Sysvar1nstructions1111111111111111111111111',
  'SysvarLastRestartS1ot1111111111111111111111',
  'SysvarRecentB1ockHashes11111111111111111111',
  'SysvarRent111111111111111111111111111111111',
  'SysvarRewards111111111111111111111111111111',
  'SysvarS1otHashes111111111111111111111111111',
  'SysvarS1otHistory11111111111111111111111111',
  'SysvarStakeHistory1111111111111111111111111',
]);
/** Stands in for a program that was taken away, while a transaction runs that names it. */
const STAND_IN: AccountState = {
  lamports: 1n,
  owner: '11111111111111111111111111111111',
  data: new Uint8Array(),
  executable: false,
  rentEpoch: 0n,
};

/**
 * Keeps the virtual machine from states in which LiteSVM ends the process: it takes for granted that sysvars and
 * built-in programs are sound, that a program which it has loaded still has its account, and that a program can be
 * loaded anew whenever a transaction may write to its account.
 */
export function guardVm(vm: Vm, base58: Base58): Vm {
  /** Programs that LiteSVM has loaded and whose account may have been taken away since. */
  const programs = new Set<string>();

  const isBuiltin = (state: AccountState | null): boolean => state?.owner === NATIVE_LOADER;

  /** @throws AccountRefusal */
  const check = (address: string, old: AccountState | null, state: AccountState | null): void => {
    if (SYSVARS.has(address))
      throw new AccountRefusal(`${address} is a sysvar, which the chain writes itself`);
    if (isBuiltin(old) || isBuiltin(state)) {
      throw new AccountRefusal(`${address} would replace a built-in program, or be one`);
    }
    if (state?.executable !== true) return;
    const loader = vm.account(state.owner);
    if (!isBuiltin(loader) || loader?.executable !== true) {
      throw new AccountRefusal(`${address} cannot be a program: its owner ${state.owner} is no loader here`);
    }
  };

  /** Loads the programs anew whose code is at `programData`. @throws Error when the code cannot be loaded. */
  const reloadPrograms = (programData: string): void => {
    const pointer = Buffer.from(base58.decode(programData));
    for (const { address, state } of vm.programAccounts(UPGRADEABLE_LOADER)) {
      if (state.executable && pointer.equals(state.data.subarray(4, 36))) vm.setAccount(address, state);
    }
  };

  const withStandIns = <Result extends VmResult>(transaction: WireTransaction, run: () => Result): Result => {
    const missing = programs.size === 0 ? [] : missingPrograms(transaction);
    for (const address of missing) vm.setAccount(address, STAND_IN);
    let result: Result;
    try {
      result = run();
    } finally {
      for (const address of missing) vm.setAccount(address, null);
    }
    if (missing.length === 0 || result.err !== 'InvalidProgramForExecution') return result;
    const { staticKeys, instructions } = transaction.message;
    const called = instructions.map(({ programIdIndex }) => staticKeys[programIdIndex] ?? '');
    const refused = called.find((address) => vm.account(address)?.executable !== true);
    return missing.some((address) => address === refused)
      ? { ...result, err: 'ProgramAccountNotFound' }
      : result;
  };

  /** Programs without an account that LiteSVM would look for: called, or named and neither used nor written. */
  const missingPrograms = ({ message }: WireTransaction): string[] => {
    const loaded = loadAddresses(message, vm.account, base58) ?? { writable: [], readonly: [] };
    const keys = [...message.staticKeys, ...loaded.writable, ...loaded.readonly];
    return keys.filter((key, index) => {
      if (!programs.has(key) || vm.balance(key) > 0n) return false;
      if (message.instructions.some(({ accounts }) => accounts.includes(index))) return false;
      const called = message.instructions.some(({ programIdIndex }) => programIdIndex === index);
      return called || !isWritableIndex(message, index);
    });
  };

  return {
    ...vm,
    execute: (transaction, options) => withStandIns(transaction, () => vm.execute(transaction, options)),
    simulate: (transaction, options) => withStandIns(transaction, () => vm.simulate(transaction, options)),
    setAccount(address, state) {
      const old = vm.balance(address) === 0n ? null : vm.account(address);
      check(address, old, state);
      vm.setAccount(address, state);
      if (isProgramData(old) || isProgramData(state)) {
        try {
          reloadPrograms(address);
        } catch (error) {
          vm.setAccount(address, old);
          throw error;
        }
      }
      if (old?.executable === true || state?.executable === true) programs.add(address);
    },
  };
}

/**
 * Puts many accounts in place at once. Programs leave first and come last: code that no program runs any more may be
 * anything, and a program cannot be loaded before its code is there.
 */
export function putStates(vm: Vm, states: Iterable<readonly [string, AccountState | null]>): void {
  const all = [...states];
  for (const [address] of all) {
    if (vm.account(address)?.executable === true) vm.setAccount(address, null);
  }
  for (const [address, state] of all) if (state?.executable !== true) vm.setAccount(address, state);
  for (const [address, state] of all) if (state?.executable === true) vm.setAccount(address, state);
}

/** Tells whether an account holds the code of a program of the upgradeable loader. */
export function isProgramData(state: AccountState | null): boolean {
  if (state?.owner !== UPGRADEABLE_LOADER || state.data.length < 4) return false;
  return new DataView(state.data.buffer, state.data.byteOffset).getUint32(0, true) === PROGRAM_DATA;
}
