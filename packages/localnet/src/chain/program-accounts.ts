import type { Chain } from './chain.js';
import type { AccountState, Commitment } from './types.js';
import type { Vm } from './vm.js';

/** The accounts of programs by address. Reading all of them out of the virtual machine each time would be slow. */
export interface ProgramAccounts {
  of(program: string, commitment: Commitment): Iterable<readonly [address: string, state: AccountState]>;
}

/** Programs whose accounts are kept at hand: those that were asked for last. */
const MAX_PROGRAMS = 16;
/** Sysvars change without any transaction. */
const SYSVAR_OWNER = 'Sysvar1111111111111111111111111111111111111';

/** Creates the index; a program's accounts are read once, when they are first asked for, and followed from then on. */
export function createProgramAccounts(
  vm: Vm,
  chain: Pick<Chain, 'listen' | 'accountsBehind'>,
): ProgramAccounts {
  const programs = new Map<string, Map<string, AccountState>>();
  chain.listen((event) => {
    if (event.type !== 'processed') return;
    for (const [address, state] of event.changes) {
      for (const [program, accounts] of programs) {
        if (state?.owner === program) accounts.set(address, state);
        else accounts.delete(address);
      }
    }
  });
  const read = (program: string): Map<string, AccountState> =>
    new Map(vm.programAccounts(program).map(({ address, state }) => [address, state]));

  const inOpenSlot = (program: string): ReadonlyMap<string, AccountState> => {
    if (program === SYSVAR_OWNER) return read(program);
    const accounts = programs.get(program) ?? read(program);
    // Maps keep the order of insertion: the first one is the one that was not asked for longest.
    programs.delete(program);
    programs.set(program, accounts);
    const [oldest] = programs.keys();
    if (programs.size > MAX_PROGRAMS && oldest !== undefined) programs.delete(oldest);
    return accounts;
  };

  return {
    *of(program, commitment) {
      const current = inOpenSlot(program);
      const behind = chain.accountsBehind(commitment);
      for (const entry of current) {
        const committed = behind.find(entry[0]);
        if (committed === undefined) yield entry;
        else if (committed?.owner === program) yield [entry[0], committed];
      }
      for (const [address, state] of behind.changed()) {
        if (state?.owner === program && !current.has(address)) yield [address, state];
      }
    },
  };
}
