import type { Base58 } from '../encodings/base58.js';
import { isWritableIndex, type WireTransaction } from '../encodings/transaction-wire.js';
import { loadAddresses } from './lookup-tables.js';
import type { AccountState } from './types.js';
import type { Vm } from './vm.js';

/** Accounts kept at once: 64 MB of the largest that are, and those of tokens and jobs have a few hundred bytes. */
const MAX_ACCOUNTS = 4_096;
/** Larger ones are code, mostly, and seldom read. */
const MAX_DATA_BYTES = 16_384;
/** What it owns changes with every slot. */
const SYSVAR_OWNER = 'Sysvar1111111111111111111111111111111111111';

/**
 * A virtual machine that need not be asked for an account again as long as nothing could have changed it: reading one takes half a dozen calls
 * across the native border and a copy, and each transaction has those read that it names, and the mints of their tokens, before and
 * after it. Only what a transaction may write is changed by it. That there is no account is quickly asked, and not remembered.
 */
export function rememberAccounts(vm: Vm, base58: Base58): Vm {
  const known = new Map<string, AccountState>();

  const remember = (address: string, state: AccountState): void => {
    if (state.owner === SYSVAR_OWNER || state.data.length > MAX_DATA_BYTES) return;
    if (known.size >= MAX_ACCOUNTS) {
      const [oldest] = known.keys();
      if (oldest !== undefined) known.delete(oldest);
    }
    known.set(address, state);
  };

  const account = (address: string): AccountState | null => {
    const remembered = known.get(address);
    if (remembered !== undefined) return remembered;
    const state = vm.account(address);
    if (state !== null) remember(address, state);
    return state;
  };

  /** Null where not all of them can be told. */
  const writableOf = ({ message }: WireTransaction): readonly string[] | null => {
    const loaded = loadAddresses(message, account, base58);
    if (loaded === null) return null;
    return [
      ...message.staticKeys.filter((_key, index) => isWritableIndex(message, index)),
      ...loaded.writable,
    ];
  };

  return {
    ...vm,
    account,
    execute(transaction, options) {
      const writable = writableOf(transaction);
      try {
        return vm.execute(transaction, options);
      } finally {
        if (writable === null) known.clear();
        for (const address of writable ?? []) known.delete(address);
      }
    },
    setAccount(address, state) {
      known.delete(address);
      vm.setAccount(address, state);
    },
    addProgram(address, elf) {
      known.clear();
      vm.addProgram(address, elf);
    },
  };
}
