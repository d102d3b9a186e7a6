import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  FORMER_JOBS_INSTRUCTIONS,
  JOBS_INSTRUCTIONS,
  NODES_INSTRUCTIONS,
  REWARDS_INSTRUCTIONS,
  STAKING_INSTRUCTIONS,
} from '../src/events/names.js';
import { createNetworkFold } from '../src/fold/network-fold.js';
import { type Call, createChain, wrapped } from './support/chain.js';
import { ERAS, noonOf } from './support/eras.js';
import { accountNamed, discriminator, network, rawCall } from './support/raw-call.js';

const BIG = 2n ** 64n - 1n;

describe('whatever bytes come', () => {
  const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const NAMES = {
    jobs: [...JOBS_INSTRUCTIONS, ...FORMER_JOBS_INSTRUCTIONS],
    nodes: NODES_INSTRUCTIONS,
    staking: STAKING_INSTRUCTIONS,
    rewards: REWARDS_INSTRUCTIONS,
  } as const;
  const heads = fc.oneof(
    { weight: 6, arbitrary: fc.nat({ max: 99 }) },
    { weight: 1, arbitrary: fc.array(fc.nat({ max: 255 }), { maxLength: 9 }) },
  );
  const headOf = (program: keyof typeof NAMES, head: number | number[]) =>
    Array.isArray(head) ? head : discriminator(snake(NAMES[program][head % NAMES[program].length] ?? ''));
  const pool = ['a', 'b', 'c', 'd', 'e', 'tokenProgram', 'systemProgram', 'rent', 'mint'];
  const anyCall = fc
    .record({
      program: fc.constantFrom(...(Object.keys(NAMES) as (keyof typeof NAMES)[])),
      head: heads,
      tail: fc.array(fc.oneof(fc.constant(0), fc.nat({ max: 255 })), { maxLength: 80 }),
      accounts: fc.array(fc.constantFrom(...pool), { maxLength: 14, size: 'max' }),
      moves: fc.array(fc.tuple(fc.constantFrom(...pool), fc.constantFrom(...pool), fc.bigInt(0n, BIG)), {
        maxLength: 3,
      }),
      makes: fc.constantFrom(...pool),
    })
    .map(({ program, head, tail, accounts, moves, makes }): Call => {
      const effects = [
        { creates: accountNamed(makes) },
        ...moves.map(([from, to, transfers]) => ({
          transfers,
          from: accountNamed(from),
          to: accountNamed(to),
        })),
      ];
      const call = rawCall(program, 'x', 'x', [], effects);
      return {
        ...call,
        accounts: accounts.map(accountNamed),
        data: Uint8Array.from([...headOf(program, head), ...tail]),
      };
    });
  const anyTime = fc.oneof(
    fc.constant(null),
    fc.constantFrom(...(Object.keys(ERAS) as (keyof typeof ERAS)[])).map(noonOf),
  );

  it('every call is an event, what cannot be read keeps its data, and the fold goes on', () => {
    let known = 0;
    let unknown = 0;
    fc.assert(
      fc.property(
        fc.array(fc.record({ call: anyCall, time: anyTime, fails: fc.boolean(), inside: fc.boolean() }), {
          minLength: 1,
          maxLength: 20,
        }),
        (transactions) => {
          const chain = createChain();
          const fold = createNetworkFold(network);
          for (const { call, time, fails, inside } of transactions) {
            const tx = chain.tx([inside ? wrapped(call) : call], {
              blockTime: time,
              ...(fails ? { error: '"x"' } : {}),
            });
            const { events } = fold.apply(tx);
            expect(events).toHaveLength(1);
            const [event] = events;
            if (event?.instruction === 'unknown') {
              unknown += 1;
              expect(event).toMatchObject({
                args: { data: Buffer.from(call.data).toString('hex') },
                form: '',
              });
            } else {
              known += 1;
              expect(event?.form).not.toBe('');
            }
          }
          createNetworkFold(network, structuredClone(fold.snapshot()));
        },
      ),
      { numRuns: 300 },
    );
    expect(Math.min(known, unknown)).toBeGreaterThan(200);
  });
});
