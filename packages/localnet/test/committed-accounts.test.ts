import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCommittedAccounts } from '../src/chain/committed-accounts.js';
import type { AccountState } from '../src/chain/types.js';
import { type AccountStates, createUndoLog } from '../src/chain/undo.js';

const ADDRESSES = ['a', 'b', 'c', 'd'];

/** What happens to a chain: an account changes, the open slot closes, a commitment moves on by a slot, blocks fall. */
type Step =
  | { readonly kind: 'change'; readonly address: string; readonly lamports: number }
  | { readonly kind: 'close' }
  | { readonly kind: 'settle' }
  | { readonly kind: 'drop'; readonly blocks: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('change' as const),
      address: fc.constantFrom(...ADDRESSES),
      lamports: fc.nat(3),
    }),
  },
  { weight: 3, arbitrary: fc.constant({ kind: 'close' as const }) },
  { weight: 3, arbitrary: fc.constant({ kind: 'settle' as const }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('drop' as const), blocks: fc.nat(3) }) },
);

/** An account without lamports does not exist. */
const stateOf = (lamports: number): AccountState | null =>
  lamports === 0
    ? null
    : {
        lamports: BigInt(lamports),
        owner: 'owner',
        data: new Uint8Array(),
        executable: false,
        rentEpoch: 0n,
      };

const NOTHING: AccountStates = new Map();

describe('accounts behind the open slot', () => {
  it('are what they were when the committed slot closed, whatever changed since and was dropped', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const undo = createUndoLog();
        const behind = createCommittedAccounts();
        const current = new Map<string, AccountState | null>();
        /** Every closed slot with what it changed and, as the oracle, all accounts at its end. */
        const closed: { slot: number; changed: AccountStates; all: AccountStates }[] = [
          { slot: 0, changed: NOTHING, all: new Map() },
        ];
        let changed = new Map<string, AccountState | null>();
        let open = 1;
        let committed = 0;
        for (const one of steps) {
          if (one.kind === 'change') {
            const before = current.get(one.address) ?? null;
            undo.note(one.address, before);
            behind.note(one.address, before, open);
            current.set(one.address, stateOf(one.lamports));
            changed.set(one.address, stateOf(one.lamports));
          } else if (one.kind === 'close') {
            undo.close(open);
            closed.push({ slot: open, changed, all: new Map(current) });
            changed = new Map();
            open += 1;
          } else if (one.kind === 'settle') {
            const next = closed.find(({ slot }) => slot > committed);
            if (next === undefined) continue;
            committed = next.slot;
            undo.forget(committed);
            behind.settle(committed, next.changed);
          } else {
            const target = closed.filter(({ slot }) => slot >= committed).at(-1 - one.blocks);
            if (target === undefined) continue;
            for (const [address, state] of undo.rewindTo(target.slot)) current.set(address, state);
            closed.splice(closed.indexOf(target) + 1);
            changed = new Map(current);
            open += 1;
            behind.reset(undo.after(committed));
          }
          const oracle = closed.find(({ slot }) => slot === committed)?.all ?? NOTHING;
          for (const address of ADDRESSES) {
            const found = behind.find(address);
            const state = found === undefined ? (current.get(address) ?? null) : found;
            expect(state).toEqual(oracle.get(address) ?? null);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
