import { address } from '@solana/kit';
import { expect, it } from 'vitest';

import { createLatch } from '../src/chain/latch.js';
import { type DriverDeps, drive } from '../src/lifecycle/driver.js';
import { INITIAL_STATE } from '../src/state/record.js';

const node = address('GH9vSNDqf8T3RYtzbysxGYNtxMAHe5hyz9zTDkpUQnGh');

it('goes on, and says so once, when the chain shows what it cannot read', async () => {
  const lines: string[] = [];
  const note = (_: unknown, message?: string) => void lines.push(message ?? '');
  let looks = 0;
  const deps = {
    node,
    markets: [],
    patienceMs: 1_000,
    reader: {
      view: async () => {
        looks += 1;
        if (looks < 3) throw new TypeError('that is not a market');
        return { places: [], runs: [] };
      },
    },
    conditions: {
      read: async () => ({
        ...{ node, nfts: [], pinning: null, minPerHour: 0n },
        funds: { lamports: 10n ** 9n, stake: null },
      }),
    },
    books: { enterFinal: async () => undefined },
    store: { get: () => INITIAL_STATE },
    steps: {},
    wake: createLatch(),
    log: { debug: note, info: note, warn: note, error: note },
    pollMs: 10,
    drain: AbortSignal.abort(),
    kill: new AbortController().signal,
  };
  await drive(deps as unknown as DriverDeps);
  expect(looks).toBe(3);
  expect(lines).toEqual(['look failed, and is tried again until it succeeds: that is not a market']);
});
