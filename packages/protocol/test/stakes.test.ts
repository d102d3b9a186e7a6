import { describe, expect, it } from 'vitest';
import { UNKNOWN_ADDRESS } from '../src/fold/unknown.js';
import { addr } from './support/addresses.js';
import { le } from './support/raw-call.js';
import { replay } from './support/replay.js';
import { createStakers } from './support/stakers.js';

const DAY = 86_400n;
const YEAR = 365n * DAY;

/** The last record of somebody's stake. */
const stakeIn = (seen: ReturnType<typeof replay>, who: string) => {
  const found = [...seen.stakes.values()].findLast(({ address }) => address === addr(`stake_of_${who}`));
  if (!found) throw new Error(`no stake of ${who}`);
  return found;
};

describe('a stake', () => {
  it('counts more the longer it is locked: four times for a year', () => {
    const people = createStakers();
    people.stake('ann', 1_000n, YEAR);
    people.stake('bob', 1_000n, 14n * DAY);
    const seen = replay(people.history);
    const [opening] = seen.events;
    expect(stakeIn(seen, 'ann')).toEqual({
      id: `${addr('stake_of_ann')}@${opening?.position}`,
      address: addr('stake_of_ann'),
      owner: addr('ann'),
      vault: addr('vault_of_ann'),
      amount: 1_000n,
      duration: YEAR,
      timeUnstake: null,
      xnos: 4_000n,
      vaultBalance: 1_000n,
      openedAt: people.now(),
      openedPosition: opening?.position,
      closedAt: null,
      closedPosition: null,
      updatedPosition: opening?.position,
    });
    expect(stakeIn(seen, 'bob').xnos).toBe(1_115n);
    expect(seen.anomalies).toEqual([]);
  });

  it('grows and is extended', () => {
    const people = createStakers();
    people.stake('ann', 1_000n, 14n * DAY);
    people.topup('ann', 500n);
    people.extend('ann', YEAR - 14n * DAY);
    expect(stakeIn(replay(people.history), 'ann')).toMatchObject({
      amount: 1_500n,
      duration: YEAR,
      xnos: 6_000n,
      vaultBalance: 1_500n,
    });
  });

  it('counts nothing once it is unstaked, and only what is left when it is staked again', () => {
    const people = createStakers();
    people.stake('ann', 1_000n, YEAR);
    people.unstake('ann');
    const unstakedAt = people.now();
    people.wait(DAY);
    people.withdraw('ann', 300n);
    expect(stakeIn(replay(people.history), 'ann')).toMatchObject({
      amount: 1_000n,
      timeUnstake: unstakedAt,
      xnos: 0n,
      vaultBalance: 700n,
    });
    people.restake('ann');
    expect(stakeIn(replay(people.history), 'ann')).toMatchObject({
      amount: 700n,
      timeUnstake: null,
      xnos: 2_800n,
      vaultBalance: 700n,
    });
  });

  it('counts what others sent to its vault, unseen, when it is staked again', () => {
    const people = createStakers();
    people.stake('ann', 1_000n, YEAR);
    people.unstake('ann');
    people.gift('vault_of_ann', 50n);
    people.restake('ann');
    expect(stakeIn(replay(people.history), 'ann')).toMatchObject({ amount: 1_050n, vaultBalance: 1_050n });
  });

  it('is slashed by the network, which does not own it', () => {
    const people = createStakers();
    people.stake('ann', 1_000n, YEAR);
    people.slash('ann', 400n);
    expect(stakeIn(replay(people.history), 'ann')).toMatchObject({
      owner: addr('ann'),
      amount: 600n,
      xnos: 2_400n,
      vaultBalance: 600n,
    });
  });

  it('ends, and another begins at the same address', () => {
    const people = createStakers();
    people.stake('ann', 1_000n, 14n * DAY);
    people.unstake('ann');
    people.wait(15n * DAY);
    people.withdraw('ann', 1_000n);
    people.close('ann');
    const closedAt = people.now();
    const over = replay(people.history);
    expect(stakeIn(over, 'ann')).toMatchObject({
      closedAt,
      closedPosition: over.events.at(-1)?.position,
      vaultBalance: 0n,
    });
    expect(over.snapshot.stakes).toEqual([]);
    people.stake('ann', 5n, YEAR);
    const seen = replay(people.history);
    expect([...seen.stakes.values()].map(({ closedAt: end, xnos }) => [end, xnos])).toEqual([
      [closedAt, 0n],
      [null, 20n],
    ]);
    expect(seen.anomalies).toEqual([]);
  });

  it('that began before the folded history has what it says of itself, and no more', () => {
    const people = createStakers();
    people.stake('ann', 1_000n, YEAR);
    people.topup('ann', 500n);
    const late = replay(people.history.slice(1));
    expect(stakeIn(late, 'ann')).toMatchObject({
      owner: addr('ann'),
      amount: null,
      duration: null,
      xnos: null,
      vaultBalance: 1_500n,
      openedPosition: null,
    });
    expect(late.anomalies).toHaveLength(1);
    people.unstake('ann');
    people.restake('ann');
    expect(stakeIn(replay(people.history.slice(1)), 'ann')).toMatchObject({ amount: 1_500n, xnos: null });
    expect(stakeIn(replay(people.history.slice(2)), 'ann')).toMatchObject({
      amount: 1_500n,
      owner: addr('ann'),
    });
  });

  it('can be slashed before anything else is known of it', () => {
    const people = createStakers();
    people.stake('ann', 1_000n, YEAR);
    people.slash('ann', 400n);
    expect(stakeIn(replay(people.history.slice(1)), 'ann')).toMatchObject({
      owner: UNKNOWN_ADDRESS,
      amount: null,
      vaultBalance: 600n,
    });
  });
});

describe('stakes in the forms of 2022', () => {
  const inThe2022 = (people: ReturnType<typeof createStakers>) =>
    people.history.map((tx) => ({ ...tx, blockTime: 1_660_000_000n }));

  it('are found among accounts without names', () => {
    const people = createStakers();
    people.call(
      'staking',
      'stake',
      'mint tokens_of_ann vault_of_ann stake_of_ann ann systemProgram tokenProgram rent',
      [...le(1_000n, 8), ...le(14n * DAY, 8)],
    );
    people.call('staking', 'extend', 'stake_of_ann ann clock', le(YEAR - 14n * DAY, 8));
    expect(stakeIn(replay(inThe2022(people)), 'ann')).toMatchObject({
      amount: 1_000n,
      duration: YEAR,
      xnos: 4_000n,
    });
    people.call('staking', 'restake', 'stake_of_ann ann');
    people.call('staking', 'update_authority', 'settings new_authority authority');
    expect(replay(inThe2022(people)).anomalies).toEqual([]);
  });

  it('are paid out whole by claim', () => {
    const people = createStakers();
    people.stake('ann', 1_000n, 14n * DAY);
    people.unstake('ann');
    people.move('vault_of_ann', 'tokens_of_ann', 1_000n);
    people.call('staking', 'claim', 'vault_of_ann stake_of_ann tokens_of_ann ann tokenProgram');
    const seen = replay(people.history);
    expect(seen.events.at(-1)).toMatchObject({ instruction: 'claim', form: 'A', program: 'staking' });
    expect(stakeIn(seen, 'ann')).toMatchObject({
      vaultBalance: 0n,
      updatedPosition: seen.events.at(-1)?.position,
    });
    expect(seen.anomalies).toEqual([]);
  });
});
