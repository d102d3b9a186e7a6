import type { Base58 } from '../encodings/base58.js';
import type { WireMessage } from '../encodings/transaction-wire.js';
import type { Chain } from './chain.js';
import { isProgramData, putStates } from './guarded-vm.js';
import { loadAddresses } from './lookup-tables.js';
import type { AccountState, Commitment } from './types.js';
import type { Vm } from './vm.js';

/**
 * Runs something on the virtual machine while the accounts of a message, its look-up tables and the clock are what
 * they are at a commitment, and puts everything back. Programs stay those of the open slot: only the control API
 * changes them.
 */
export function atCommitment<Result>(
  { chain, vm, base58 }: { readonly chain: Chain; readonly vm: Vm; readonly base58: Base58 },
  message: WireMessage,
  commitment: Commitment,
  run: () => Result,
): Result {
  if (commitment === 'processed') return run();
  const account = (address: string): AccountState | null => chain.account(address, commitment);
  const loaded = loadAddresses(message, account, base58) ?? { writable: [], readonly: [] };
  const tables = message.lookups.map(({ table }) => table);
  const named = new Set([...message.staticKeys, ...loaded.writable, ...loaded.readonly, ...tables]);
  const behind = chain.accountsBehind(commitment);
  const then: [string, AccountState | null][] = [];
  const now: [string, AccountState | null][] = [];
  for (const address of named) {
    const state = behind.find(address);
    if (state === undefined) continue;
    const current = vm.account(address);
    if ([state, current].some((one) => one?.executable === true || isProgramData(one))) continue;
    then.push([address, state]);
    now.push([address, current]);
  }
  try {
    putStates(vm, then);
    vm.setClock(chain.slot(commitment), chain.time(commitment));
    return run();
  } finally {
    vm.setClock(chain.slot('processed'), chain.time('processed'));
    putStates(vm, now);
  }
}
