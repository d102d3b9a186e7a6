import { type ChainTransaction, createNetworkFold, type JobRecord } from '@inferscan/protocol';
import { describe, expect, it } from 'vitest';

import { generateHistory } from '../src/history/history.js';
import { NETWORK } from '../src/history/parties.js';
import { createProgramRun } from './support/program-run.js';

const JOBS = 600;

async function historyOf(seed: number, jobs: number): Promise<ChainTransaction[]> {
  const made: ChainTransaction[] = [];
  for await (const part of generateHistory({ seed, jobs })) made.push(...part);
  return made;
}

const transactions = await historyOf(7, JOBS);

describe('a generated history', () => {
  it('is what the programs themselves make of its instructions', () => {
    const run = createProgramRun();
    for (const transaction of transactions) {
      const { error, instructions, balances, logs } = run.execute(transaction);
      const where = `${transaction.slot}: ${logs.join('\n')}`;
      if (transaction.error === null) expect(error, where).toBeNull();
      else {
        const [, at, code] = /\[(\d+),\{"Custom":(\d+)\}\]/.exec(transaction.error) ?? [];
        expect(error, where).toContain(`InstructionError(${at}, Custom(${code}))`);
      }
      expect(instructions, where).toEqual(transaction.instructions);
      for (const { account, after } of transaction.tokenBalances) {
        expect([account, balances.get(account)], where).toEqual([account, after]);
      }
    }
  });

  it('has all lives in it', () => {
    const fold = createNetworkFold(NETWORK);
    const sets = transactions.map((transaction) => fold.apply(transaction));
    expect(sets.flatMap(({ anomalies }) => anomalies)).toEqual([]);
    const events = sets.flatMap((set) => set.events).filter(({ failed }) => !failed);
    const kinds = new Set(events.map(({ program, instruction }) => `${program} ${instruction}`));
    expect([...kinds].sort()).toEqual(
      [
        ...['assign', 'claim', 'clean', 'cleanAdmin', 'close', 'complete', 'delist', 'end', 'extend'],
        ...['finish', 'list', 'open', 'quit', 'quitAdmin', 'recover', 'stop', 'update', 'work'],
      ]
        .map((name) => `jobs ${name}`)
        .concat(
          'nodes audit',
          'nodes register',
          'nodes update',
          'rewards init',
          'staking stake',
          'staking topup',
        ),
    );
    expect(sets.some((set) => set.events.some(({ failed }) => failed))).toBe(true);
    const jobs = new Map(sets.flatMap((set) => set.jobs).map((job): [string, JobRecord] => [job.id, job]));
    expect(jobs.size).toBe(JOBS);
    const addresses = new Set([...jobs.values()].map(({ address }) => address));
    expect(addresses.size).toBeLessThan(jobs.size);
    const statuses = new Set([...jobs.values()].map(({ status }) => status));
    expect([...statuses].sort()).toEqual(['delisted', 'ended', 'finished', 'recovered', 'unqueued']);
  });

  it('gives a ledger that adds up to the vaults, to the base unit', () => {
    const fold = createNetworkFold(NETWORK);
    const ledger = transactions.flatMap((transaction) => fold.apply(transaction).ledger);
    const balances = new Map(
      transactions
        .flatMap(({ tokenBalances }) => tokenBalances)
        .map(({ account, after }) => [account, after]),
    );
    const { markets } = fold.snapshot();
    expect(markets.length).toBeGreaterThan(2);
    for (const { address, vault, vaultBalance } of markets) {
      const sum = ledger.reduce(
        (total, entry) => (entry.market === address ? total + entry.vaultDelta : total),
        0n,
      );
      expect([sum, vaultBalance]).toEqual([balances.get(vault) ?? 0n, balances.get(vault) ?? 0n]);
    }
  });

  it('is in chain order, and the same for the same seed only', async () => {
    const places = transactions.map(({ slot, index }) => [Number(slot), index] as const);
    const isAscending = places.every(([slot, index], at) => {
      const [beforeSlot, beforeIndex] = places[at - 1] ?? [-1, -1];
      return slot > beforeSlot || (slot === beforeSlot && index > beforeIndex);
    });
    expect(isAscending).toBe(true);
    expect(await historyOf(7, JOBS)).toEqual(transactions);
    expect((await historyOf(8, 20))[0]?.signature).not.toBe((await historyOf(7, 20))[0]?.signature);
  });
});
