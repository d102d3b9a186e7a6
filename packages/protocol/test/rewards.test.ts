import { describe, expect, it } from 'vitest';
import { rewardsReflectionAddress } from '../src/addresses/derive.js';
import { networkConfig } from '../src/network/config.js';
import { addr } from './support/addresses.js';
import { le } from './support/raw-call.js';
import { type Replay, replay } from './support/replay.js';
import { createStakers } from './support/stakers.js';

const DAY = 86_400n;
const YEAR = 365n * DAY;
const MAX = 2n ** 128n - 1n;
/** The largest u128 rounded down to a multiple of the supply, divided by it. */
const INITIAL_RATE = (MAX - (MAX % 10n ** 14n)) / 10n ** 14n;

const poolIn = ({ rewardPools }: Replay) => {
  const [pool, ...more] = rewardPools.values();
  if (!pool || more.length > 0) throw new Error('not one pool');
  return pool;
};
const rewardIn = ({ rewards }: Replay, who: string) => {
  const found = [...rewards.values()].findLast(({ address }) => address === addr(`reward_of_${who}`));
  if (!found) throw new Error(`no reward of ${who}`);
  return found;
};

/** A pool with Ann, who counts 4,000, and Bob, who counts 12,000. */
function shared() {
  const people = createStakers();
  people.init();
  people.stake('ann', 1_000n, YEAR);
  people.stake('bob', 3_000n, YEAR);
  people.enter('ann');
  people.enter('bob');
  return people;
}

describe('the pool of fees', () => {
  it('lies where the program puts it', async () => {
    const seen = replay(shared().history);
    expect(poolIn(seen).address).toBe(await rewardsReflectionAddress(networkConfig('mainnet')));
  });

  it('begins empty at the highest rate, and takes in shares at that rate', () => {
    const seen = replay(shared().history);
    expect(poolIn(seen)).toMatchObject({
      vault: addr('pool_vault'),
      rate: INITIAL_RATE,
      totalXnos: 16_000n,
      totalReflection: 16_000n * INITIAL_RATE,
      vaultBalance: 0n,
      feesAdded: 0n,
    });
    expect(rewardIn(seen, 'ann')).toMatchObject({
      owner: addr('ann'),
      xnos: 4_000n,
      reflection: 4_000n * INITIAL_RATE,
      claimed: 0n,
      closedPosition: null,
    });
    expect(seen.anomalies).toEqual([]);
  });

  it('shares a fee by what everybody counts, and pays it when claimed', () => {
    const people = shared();
    people.addFee(800n);
    const rate = (16_000n * INITIAL_RATE) / 16_800n;
    expect(poolIn(replay(people.history))).toMatchObject({ rate, totalXnos: 16_800n, vaultBalance: 800n });
    people.claim('ann', 200n);
    const seen = replay(people.history);
    expect(seen.anomalies).toEqual([]);
    expect(rewardIn(seen, 'ann')).toMatchObject({ claimed: 200n, xnos: 4_000n, reflection: 4_000n * rate });
    expect(poolIn(seen)).toMatchObject({
      claimed: 200n,
      vaultBalance: 600n,
      totalXnos: 16_600n,
      totalReflection: 16_000n * INITIAL_RATE - 4_000n * INITIAL_RATE + 4_000n * rate,
    });
    people.claim('ann', 0n);
    expect(rewardIn(replay(people.history), 'ann').updatedPosition).toBe(
      rewardIn(seen, 'ann').updatedPosition,
    );
  });

  it('reports a claim that paid something else', () => {
    const people = shared();
    people.addFee(800n);
    people.claim('ann', 201n);
    expect(replay(people.history).anomalies).toEqual([
      `reward ${addr('reward_of_ann')} was paid 201, its share is worth 200`,
    ]);
  });

  it('keeps what is pending when a share is brought up to its stake', () => {
    const people = shared();
    people.addFee(800n);
    people.topup('ann', 1_000n);
    people.sync('ann');
    const seen = replay(people.history);
    const { rate } = poolIn(seen);
    expect(rewardIn(seen, 'ann')).toMatchObject({ xnos: 8_000n, reflection: 8_200n * (rate ?? 0n) });
    people.claim('ann', 200n);
    expect(replay(people.history).anomalies).toEqual([]);
  });

  it('keeps what was not claimed when somebody leaves, who may come back', () => {
    const people = shared();
    people.addFee(800n);
    people.leave('ann');
    const left = replay(people.history);
    expect(rewardIn(left, 'ann').closedPosition).toBe(left.events.at(-1)?.position);
    expect(poolIn(left)).toMatchObject({ totalXnos: 12_800n, totalReflection: 12_000n * INITIAL_RATE });
    expect(left.snapshot.rewards).toHaveLength(1);
    people.enter('ann');
    expect(
      [...replay(people.history).rewards.values()].filter(({ owner }) => owner === addr('ann')),
    ).toHaveLength(2);
  });

  it('goes on from a snapshot as if it had never stopped', () => {
    const people = shared();
    people.addFee(800n);
    people.topup('ann', 1_000n);
    people.sync('ann');
    people.claim('bob', 600n);
    const whole = replay(people.history);
    for (let cut = 0; cut < people.history.length; cut += 1) {
      const before = replay(people.history.slice(0, cut));
      const after = replay(people.history.slice(cut), structuredClone(before.snapshot));
      expect(after.snapshot).toEqual(whole.snapshot);
      expect([...before.changes, ...after.changes]).toEqual(whole.changes);
    }
  });

  it('has no numbers where its beginning lies before the folded history', () => {
    const people = shared();
    people.addFee(800n);
    people.claim('ann', 200n);
    const late = replay(people.history.slice(5));
    expect(poolIn(late)).toMatchObject({
      rate: null,
      totalXnos: null,
      totalReflection: null,
      feesAdded: 800n,
      claimed: 200n,
      vaultBalance: 600n,
    });
    expect(rewardIn(late, 'ann')).toMatchObject({ owner: addr('ann'), xnos: null, claimed: 200n });
    expect(late.anomalies).toHaveLength(2);
  });

  it('does not know a share whose stake it does not know', () => {
    const people = shared();
    people.enter('carl');
    const seen = replay(people.history);
    expect(rewardIn(seen, 'carl')).toMatchObject({ xnos: null, reflection: null });
    expect(poolIn(seen)).toMatchObject({ totalXnos: null, totalReflection: null, rate: INITIAL_RATE });
    people.addFee(0n);
    expect(poolIn(replay(people.history)).rate).toBeNull();
  });
});

describe('the pool in the forms of 2022', () => {
  it('takes fees and lets people leave though accounts have no names', () => {
    const people = shared();
    people.call('rewards', 'add_fee', 'a reflection pool_vault b customer tokenProgram', le(800n, 8));
    people.call('rewards', 'close', 'reflection reward_of_ann x ann');
    people.call('rewards', 'migrate_stats', 'stats reflection authority');
    const seen = replay(people.history.map((tx) => ({ ...tx, blockTime: 1_663_500_000n })));
    expect(seen.events.slice(-3).map(({ form }) => form)).toEqual(['A', 'A', 'A']);
    expect(rewardIn(seen, 'ann').closedPosition).not.toBeNull();
    expect(poolIn(seen)).toMatchObject({ feesAdded: 800n, totalXnos: 12_800n });
    expect(seen.anomalies).toEqual([]);
  });
});
