import type { AccountState } from './types.js';
import type { AccountStates } from './undo.js';

interface Entry {
  /** What the account is at the commitment. */
  state: AccountState | null;
  /** The newest slot that changed it. */
  changedIn: number;
}

/**
 * The accounts at a commitment that lags behind the open slot. Only those that changed since are kept; all others
 * are what they are in the virtual machine.
 */
export interface CommittedAccounts {
  /** Notes the state of an account before it changes in the open slot. */
  note(address: string, before: AccountState | null, openSlot: number): void;
  /** Moves the commitment on to `slot`, which left its accounts as `after` says. */
  settle(slot: number, after: AccountStates): void;
  /** Begins anew with what slots after the commitment changed, oldest slot first. */
  reset(notes: Iterable<readonly [slot: number, before: AccountStates]>): void;
  /** The account at the commitment; undefined when it has not changed since. */
  find(address: string): AccountState | null | undefined;
  /** The accounts that have changed since, as they are at the commitment. */
  changed(): Iterable<readonly [address: string, state: AccountState | null]>;
}

/** Creates a view in which nothing has changed since the commitment. */
export function createCommittedAccounts(): CommittedAccounts {
  const entries = new Map<string, Entry>();

  const note: CommittedAccounts['note'] = (address, before, slot) => {
    const entry = entries.get(address);
    // The oldest state is the one of the commitment; later changes only make the entry live longer.
    if (entry === undefined) entries.set(address, { state: before, changedIn: slot });
    else entry.changedIn = slot;
  };

  return {
    note,
    settle(slot, after) {
      for (const [address, state] of after) {
        const entry = entries.get(address);
        if (entry === undefined) continue;
        if (entry.changedIn <= slot) entries.delete(address);
        else entry.state = state;
      }
    },
    reset(notes) {
      entries.clear();
      for (const [slot, before] of notes) {
        for (const [address, state] of before) note(address, state, slot);
      }
    },
    find: (address) => entries.get(address)?.state,
    *changed() {
      for (const [address, { state }] of entries) yield [address, state];
    },
  };
}
