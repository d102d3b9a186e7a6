import { address } from '@solana/kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { chooseMarket, type MarketOption } from '../src/lifecycle/choose-market.js';
import { createQueueMemory } from '../src/lifecycle/queue-memory.js';

const keys = [
  'So11111111111111111111111111111111111111112',
  'SysvarC1ock11111111111111111111111111111111',
  'SysvarRent111111111111111111111111111111111',
].map((text) => address(text));
const [A, B, C] = keys as [MarketOption['address'], MarketOption['address'], MarketOption['address']];
const PATIENCE = 1_000;

type Given = Partial<Pick<MarketOption, 'ahead' | 'wanted' | 'obstacle'>> & { nodes?: number; jobs?: number };

/** A market with so many nodes waiting besides this one, or so many jobs. */
function option(at: MarketOption['address'], { nodes = 0, jobs = 0, ...given }: Given = {}): MarketOption {
  return {
    address: at,
    market: {
      address: at,
      program: A,
      price: 1n,
      accessKey: A,
      xnosMinimum: 0n,
      waitingNodes: Array.from({ length: nodes }, () => C),
      waitingJobs: jobs,
    },
    ahead: null,
    wanted: true,
    obstacle: null,
    ...given,
  };
}

const cheap = { about: 'market', message: 'pays too little' } as const;
const poor = { about: 'wallet', message: 'no SOL' } as const;

/** What is chosen, in short: `enter 0` is the first market of the list. */
function choose(options: readonly MarketOption[], unmovedMs = 0, passedOver: readonly number[] = []): string {
  const memory = { unmovedMs, passedOver: new Set(passedOver.flatMap((index) => keys[index] ?? [])) };
  const chosen = chooseMarket(options, memory, PATIENCE);
  if (chosen.choice === 'none') return 'none';
  const skipped = chosen.choice === 'leave' ? chosen.passOver.map((at) => ` skip ${keys.indexOf(at)}`) : [];
  return `${chosen.choice} ${keys.indexOf(chosen.option.address)}${skipped.join('')}`;
}

describe('the choice of a market', () => {
  it.each<[string, MarketOption[], string, (number | number[])[]?]>([
    ['enters the first', [option(A, { nodes: 9 }), option(B, { jobs: 2 })], 'enter 0'],
    [
      'enters the next where the first is not acceptable',
      [option(A, { obstacle: cheap }), option(B)],
      'enter 1',
    ],
    ['enters none where none is', [option(A, { obstacle: cheap }), option(B, { obstacle: poor })], 'none'],
    ['does not enter what is not wanted', [option(A, { wanted: false })], 'none'],
    ['stays', [option(A, { ahead: 3, nodes: 4 }), option(B, { jobs: 2 })], 'stay 0'],
    ['leaves a market that pays too little', [option(A, { ahead: 0, obstacle: cheap })], 'leave 0'],
    ['stays in a queue without SOL', [option(A, { ahead: 0, obstacle: poor })], 'stay 0'],
    ['leaves what is no longer wanted', [option(A), option(B, { ahead: 0, wanted: false })], 'leave 1'],
    ['stays in one queue only', [option(A, { ahead: 5, nodes: 6 }), option(B, { ahead: 0 })], 'leave 1'],
    ['goes to a preferred market with jobs', [option(A, { jobs: 1 }), option(B, { ahead: 0 })], 'leave 1'],
    [
      'goes to a preferred market that is as short',
      [option(A, { nodes: 2 }), option(B, { ahead: 2 })],
      'leave 1',
    ],
    [
      'stays where a preferred market is longer',
      [option(A, { nodes: 3 }), option(B, { ahead: 2 })],
      'stay 1',
    ],
    [
      'goes to the second by preference, past the first that is longer',
      [option(A, { nodes: 9 }), option(B), option(C, { ahead: 2 })],
      'leave 2 skip 0',
    ],
    [
      'leaves when nothing moves and another has jobs',
      [option(A, { ahead: 0, nodes: 1 }), option(B, { jobs: 1 })],
      'leave 0 skip 0',
      [PATIENCE],
    ],
    [
      'leaves when nothing moves, past others that are no shorter',
      [option(A, { ahead: 3, nodes: 5 }), option(B, { nodes: 3 }), option(C, { nodes: 2 })],
      'leave 0 skip 0 skip 1',
      [PATIENCE],
    ],
    [
      'stays when nothing moves and no other is shorter',
      [option(A, { ahead: 2, nodes: 5 }), option(B, { nodes: 2 })],
      'stay 0',
      [PATIENCE],
    ],
    ['passes over what was in vain', [option(A), option(B)], 'enter 1', [0, [0]]],
    ['returns where all was in vain', [option(A), option(B)], 'enter 0', [0, [0, 1]]],
    [
      'is not drawn back by what was in vain',
      [option(A, { jobs: 1 }), option(B, { ahead: 0 })],
      'stay 1',
      [0, [0]],
    ],
  ])('%s', (_, options, expected, [unmovedMs = 0, passedOver = []] = []) => {
    expect(choose(options, unmovedMs as number, passedOver as number[])).toBe(expected);
  });

  it('leaves only for a place that it then takes, and that is better', () => {
    const someOption = (at: MarketOption['address']) =>
      fc
        .record({
          nodes: fc.nat(5),
          jobs: fc.nat(1),
          obstacle: fc.constantFrom(null, null, null, cheap, poor),
        })
        .map(({ nodes, jobs, obstacle }) => option(at, jobs > 0 ? { jobs, obstacle } : { nodes, obstacle }));
    fc.assert(
      fc.property(
        fc.tuple(someOption(A), someOption(B), someOption(C)),
        fc.nat(2),
        fc.nat(5),
        fc.boolean(),
        (markets, at, ahead, isStuck) => {
          const options = markets.map((each, index) =>
            index === at ? { ...each, ahead, obstacle: null } : each,
          );
          const chosen = chooseMarket(
            options,
            { unmovedMs: isStuck ? PATIENCE : 0, passedOver: new Set() },
            PATIENCE,
          );
          if (chosen.choice !== 'leave') return;
          const left = options.map((each) => ({ ...each, ahead: null }));
          const next = chooseMarket(left, { unmovedMs: 0, passedOver: new Set(chosen.passOver) }, PATIENCE);
          expect(next.choice).toBe('enter');
          const target = next.choice === 'enter' ? next.option : undefined;
          expect(target?.address).not.toBe(options[at]?.address);
          const isServed = (target?.market?.waitingJobs ?? 0) > 0;
          expect(isServed || (target?.market?.waitingNodes.length ?? 9) <= ahead).toBe(true);
        },
      ),
    );
  });
});

describe('the memory of a queue', () => {
  it('counts from the last change of place, and forgets what was in vain', () => {
    let now = 0;
    const memory = createQueueMemory(PATIENCE, () => now);
    const places = (ahead: number | null) => [option(A, { ahead })];
    memory.observe(places(2));
    now = 500;
    expect(memory.observe(places(2)).unmovedMs).toBe(500);
    expect(memory.observe(places(1)).unmovedMs).toBe(0);
    memory.passOver([A]);
    expect(memory.observe(places(null)).passedOver.has(A)).toBe(true);
    now += 4 * PATIENCE;
    expect(memory.observe(places(null)).passedOver.has(A)).toBe(false);
  });
});
