import type { AccountState } from './types.js';

export type AccountStates = ReadonlyMap<string, AccountState | null>;

/** Remembers what accounts were before blocks changed them, so that blocks and everything since a mark can be undone. */
export interface UndoLog {
  /** Notes the state of an account before it changes in the open slot. */
  note(address: string, before: AccountState | null): void;
  /** Ends the notes of the open slot. */
  close(slot: number): void;
  /** Forgets a slot that is final. */
  forget(slot: number): void;
  /** What closed slots after `slot` changed, as it was before each; oldest slot first. */
  after(slot: number): (readonly [slot: number, before: AccountStates])[];
  /** What the accounts were when `slot` had just been closed; forgets all notes and marks above it. */
  rewindTo(slot: number): AccountStates;
  /** Begins to remember what changes after `slot`, which was just closed. */
  mark(id: number, slot: number): void;
  /** The slot of a mark, or null when there is no such mark. */
  slotOfMark(id: number): number | null;
  /** What the accounts were at the mark, which stays; forgets all notes and marks above it. */
  rewindToMark(id: number): AccountStates;
}

type Notes = Map<string, AccountState | null>;

/** Creates an empty log; only the slots that it saw closing can be undone. */
export function createUndoLog(): UndoLog {
  let open: Notes = new Map();
  const slots = new Map<number, Notes>();
  const marks = new Map<number, { slot: number; notes: Notes }>();

  const forgetAbove = (slot: number): void => {
    open = new Map();
    for (const closed of slots.keys()) if (closed > slot) slots.delete(closed);
    for (const [id, mark] of marks) if (mark.slot > slot) marks.delete(id);
  };

  return {
    note(address, before) {
      if (!open.has(address)) open.set(address, before);
      for (const { notes } of marks.values()) if (!notes.has(address)) notes.set(address, before);
    },
    close(slot) {
      slots.set(slot, open);
      open = new Map();
    },
    forget: (slot) => void slots.delete(slot),
    after: (slot) => [...slots].filter(([closed]) => closed > slot).sort(([a], [b]) => a - b),
    rewindTo(slot) {
      const states: Notes = new Map();
      // From the newest to the oldest: the oldest note is what the account was at the time.
      const undone = [...slots].filter(([closed]) => closed > slot).sort(([a], [b]) => b - a);
      for (const notes of [open, ...undone.map(([, found]) => found)]) {
        for (const [address, state] of notes) states.set(address, state);
      }
      forgetAbove(slot);
      return states;
    },
    mark: (id, slot) => void marks.set(id, { slot, notes: new Map() }),
    slotOfMark: (id) => marks.get(id)?.slot ?? null,
    rewindToMark(id) {
      const mark = marks.get(id);
      if (mark === undefined) throw new Error(`there is no mark ${id}`);
      const states = mark.notes;
      marks.set(id, { slot: mark.slot, notes: new Map() });
      forgetAbove(mark.slot);
      return states;
    },
  };
}
