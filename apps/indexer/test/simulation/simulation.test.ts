import setup from '@inferscan/db/testing/setup';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { testSeed } from '../support/random.js';
import { KEPT_SEEDS } from './kept-seeds.js';
import { simulate } from './simulate.js';

/**
 * SIMULATION_SECONDS: new seeds are begun for so long (default: 90). SIMULATION_SEEDS: exactly so many instead.
 * TEST_SEED: the first of them; the others follow it.
 */
const SECONDS = Number(process.env.SIMULATION_SECONDS ?? 90);
const SEEDS = process.env.SIMULATION_SEEDS === undefined ? null : Number(process.env.SIMULATION_SEEDS);
const SERVER = 'INFERSCAN_TEST_POSTGRES';

describe('an indexer in every kind of trouble', () => {
  const outer = process.env[SERVER];
  let stopServer = async (): Promise<void> => {};

  beforeAll(async () => {
    // A server of its own: the one that all tests share must not be crashed.
    delete process.env[SERVER];
    stopServer = await setup();
  });
  afterAll(async () => {
    await stopServer();
    process.env[SERVER] = outer;
  });

  it.each(KEPT_SEEDS)(
    'ends with the tables of a clean replay: seed %i',
    { timeout: 180_000 },
    async (seed) => {
      await simulate(seed);
    },
  );

  it('ends with the tables of a clean replay, whatever the seed', { timeout: 0 }, async () => {
    const began = Date.now();
    const first = testSeed();
    let simulated = 0;
    let transactions = 0;
    const troubles = new Map<string, number>();
    const wantsMore = (): boolean =>
      SEEDS === null ? simulated === 0 || Date.now() - began < SECONDS * 1_000 : simulated < SEEDS;
    while (wantsMore()) {
      const seed = first + simulated;
      try {
        const result = await simulate(seed);
        transactions += result.transactions;
        for (const [trouble, count] of result.troubles) {
          troubles.set(trouble, (troubles.get(trouble) ?? 0) + count);
        }
      } catch (error) {
        throw new Error(`simulation with TEST_SEED=${seed} failed: put it into kept-seeds.ts`, {
          cause: error,
        });
      }
      simulated += 1;
      if (SEEDS !== null && simulated % 10 === 0) {
        const minutes = (Date.now() - began) / 60_000;
        process.stderr.write(
          `${simulated} of ${SEEDS} seeds, ${minutes.toFixed(1)} min, about ${((minutes / simulated) * (SEEDS - simulated)).toFixed(0)} min left\n`,
        );
      }
    }
    console.log(
      `simulation: ${simulated} seeds from ${first}, ${transactions} transactions, ${JSON.stringify(Object.fromEntries(troubles))}`,
    );
    expect(simulated).toBeGreaterThan(0);
  });
});
