import type { Address } from '@solana/kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChainTransaction } from '../src/chain/transaction.js';
import { addr } from './support/addresses.js';
import { callIn, MAINNET } from './support/call.js';
import { type Call, createChain, type Effect, wrapped } from './support/chain.js';
import { ERAS, type Era, noonOf } from './support/eras.js';
import { FORMS } from './support/forms.js';
import { le, rawCall } from './support/raw-call.js';
import { replay } from './support/replay.js';

const START = noonOf('A');
const NOW = noonOf('M');

/** Few names for each kind of account, so that calls meet. */
const CROWDS: Readonly<Record<string, number>> = {
  market: 2,
  job: 3,
  run: 3,
  authority: 3,
  node: 3,
  payer: 2,
};

/** Calls of the programs beside jobs, by names of accounts that are shared as well. */
const OTHER_CALLS = (['ann', 'bob'] as const).flatMap((who): Parameters<typeof rawCall>[] => [
  [
    'staking',
    'stake',
    `mint tokens vault_${who} stake_${who} ${who} systemProgram tokenProgram rent`,
    [...le(900n, 8), ...le(86_400n * 30n, 16)],
  ],
  ['staking', 'topup', `tokens vault_${who} stake_${who} ${who} tokenProgram`, le(9n, 8)],
  ['staking', 'extend', `stake_${who} ${who}`, le(9n, 8)],
  ['staking', 'extend', `stake_${who} ${who} clock`, le(9n, 8)],
  ['staking', 'unstake', `stake_${who} reward_${who} ${who}`],
  ['staking', 'restake', `vault_${who} stake_${who} ${who}`],
  ['staking', 'restake', `stake_${who} ${who}`],
  ['staking', 'withdraw', `tokens vault_${who} stake_${who} ${who} tokenProgram`],
  ['staking', 'claim', `vault_${who} stake_${who} tokens ${who} tokenProgram`],
  ['staking', 'close', `tokens stake_${who} vault_${who} ${who} tokenProgram`],
  ['staking', 'slash', `vault_${who} stake_${who} tokens settings admin tokenProgram`, le(5n, 8)],
  ['rewards', 'init', 'mint reflection pool payer systemProgram tokenProgram rent'],
  ['rewards', 'enter', `reflection stake_${who} reward_${who} ${who} systemProgram`],
  ['rewards', 'add_fee', 'tokens reflection pool admin tokenProgram', le(7n, 8)],
  ['rewards', 'claim', `tokens pool reflection reward_${who} stake_${who} ${who} tokenProgram`],
  ['rewards', 'sync', `reward_${who} stake_${who} reflection`],
  ['rewards', 'close', `reflection reward_${who} ${who}`],
  ['nodes', 'audit', `account_${who} auditor`, [1]],
]);

interface Move {
  readonly what: number;
  readonly who: number;
  readonly moved: bigint;
  readonly makes: boolean;
  readonly time: bigint | null;
  readonly inside: boolean;
}

function callFor({ what, who, moved, makes }: Move): Call {
  const effects = (vault: Address, other: Address): Effect[] => [
    ...(makes ? ['job', 'run'].map((name) => ({ creates: addr(`${name} ${who % 3}`) })) : []),
    ...(moved === 0n
      ? []
      : [
          who % 2 === 0
            ? { transfers: moved, from: vault, to: other }
            : { transfers: moved, from: other, to: vault },
        ]),
  ];
  const form = FORMS[what % (FORMS.length + OTHER_CALLS.length)];
  if (form === undefined) {
    const [program, name, accounts, args] = OTHER_CALLS[what % OTHER_CALLS.length] ?? [
      'rewards',
      'x',
      'x',
      [],
    ];
    return rawCall(program, name, accounts, args, effects(addr('pool'), addr('tokens')));
  }
  const instead = Object.fromEntries(
    Object.entries(CROWDS).map(([name, size], at) => [
      name,
      addr(
        name === 'authority' || name === 'node' ? `person ${who % size}` : `${name} ${(who >> at) % size}`,
      ),
    ]),
  );
  const vault = addr(`vault of ${instead.market}`);
  return callIn(form, effects(vault, addr('tokens')), { ...instead, vault, user: addr('tokens') });
}

const ERA_TIMES = (Object.keys(ERAS) as Era[]).map(noonOf);
const anyMove: fc.Arbitrary<Move> = fc.record({
  what: fc.nat({ max: 9_999 }),
  who: fc.nat({ max: 4_095 }),
  moved: fc.oneof(fc.constant(0n), fc.bigInt(0n, 2n ** 64n - 1n)),
  makes: fc.boolean(),
  time: fc.oneof(fc.constant(null), fc.constantFrom(...ERA_TIMES), fc.bigInt(START, NOW)),
  inside: fc.boolean(),
});

function historyOf(moves: readonly Move[], inOrder: boolean): ChainTransaction[] {
  const chain = createChain();
  const times = moves.map(({ time }) => time);
  if (inOrder) times.sort((left, right) => Number((left ?? START) - (right ?? START)));
  return moves.map((move, at) => {
    const call = callFor(move);
    return chain.tx([move.inside ? wrapped(call) : call], { blockTime: times[at] ?? null });
  });
}

describe('whatever the programs of all years did', () => {
  it('is folded without an error, and from any point on as if it had never stopped', () => {
    let known = 0;
    fc.assert(
      fc.property(
        fc.noBias(fc.array(anyMove, { minLength: 1, maxLength: 120, size: 'max' })),
        fc.boolean(),
        fc.nat(),
        (moves, inOrder, at) => {
          const history = historyOf(moves, inOrder);
          const whole = replay(history, undefined, MAINNET);
          known += whole.events.filter(({ instruction }) => instruction !== 'unknown').length;
          expect(whole.events).toHaveLength(history.length);
          const cut = at % history.length;
          const before = replay(history.slice(0, cut), undefined, MAINNET);
          const after = replay(history.slice(cut), structuredClone(before.snapshot), MAINNET);
          expect(after.snapshot).toEqual(whole.snapshot);
          expect([...before.changes, ...after.changes]).toEqual(whole.changes);
        },
      ),
      { numRuns: 100 },
    );
    expect(known).toBeGreaterThan(3_000);
  });

  it('gives ledgers that add up to what their vaults moved', () => {
    fc.assert(
      fc.property(fc.noBias(fc.array(anyMove, { minLength: 1, maxLength: 80, size: 'max' })), (moves) => {
        const seen = replay(historyOf(moves, true), undefined, MAINNET);
        for (const { address, vaultBalance } of seen.markets.values()) {
          const entries = seen.ledger.filter(({ market }) => market === address);
          expect(entries.reduce((sum, { vaultDelta }) => sum + vaultDelta, 0n)).toBe(vaultBalance);
        }
        for (const node of seen.nodes.values()) expect(node.runsStarted).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 60 },
    );
  });
});
