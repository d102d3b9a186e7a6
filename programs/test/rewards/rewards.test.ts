import { beforeEach, describe, expect, it } from 'vitest';
import { by, DAY, staked, stakeState } from '../staking/support.js';
import { expectPanic } from '../support/expectations.js';
import { LIMIT } from './model.js';
import {
  addFee,
  claim,
  close,
  createPool,
  createRewardsWorld,
  enter,
  entered,
  initPool,
  poolNumbers,
  poolState,
  type RewardsWorld,
  rewardState,
  shareNumbers,
  sync,
} from './support.js';

const INITIAL_RATE = (LIMIT - 1n - ((LIMIT - 1n) % 10n ** 14n)) / 10n ** 14n;

let world: RewardsWorld;
beforeEach(async () => {
  world = await createPool();
});

describe('init', () => {
  it('makes an empty pool with the highest rate, at the payer’s expense', async () => {
    const fresh = await createRewardsWorld();
    const payer = await fresh.newPerson();
    const before = fresh.chain.lamportsOf(payer.address);
    fresh.succeed(initPool(fresh, payer));
    expect(poolState(fresh)).toMatchObject({
      rate: INITIAL_RATE,
      totalReflection: 0n,
      totalXnos: 0n,
      vault: fresh.vault,
    });
    expect([...fresh.chain.dataOf(fresh.reflection).slice(0, 8)]).toEqual([
      205, 153, 160, 54, 239, 26, 219, 188,
    ]);
    expect(fresh.chain.dataOf(fresh.reflection)).toHaveLength(96);
    expect(fresh.tokens(fresh.vault)).toBe(0n);
    const rent = fresh.chain.rentFor(96) + fresh.chain.rentFor(165);
    expect(fresh.chain.lamportsOf(payer.address)).toBe(before - rent);
    expect(fresh.send(initPool(fresh, payer)).ok).toBe(false);
  });
});

describe('the life of a share', () => {
  it('enter: the score at the current rate, in 80 bytes', async () => {
    const staker = await staked(world, 1_000n, 365n * DAY);
    const before = world.chain.lamportsOf(staker.address);
    world.succeed(enter(world, staker));
    expect(rewardState(world, staker)).toMatchObject({
      authority: staker.address,
      reflection: 4_000n * INITIAL_RATE,
      xnos: 4_000n,
    });
    expect([...world.chain.dataOf(staker.reward).slice(0, 8)]).toEqual([225, 81, 31, 253, 84, 234, 171, 129]);
    expect(world.chain.dataOf(staker.reward)).toHaveLength(80);
    expect(poolNumbers(world)).toEqual({
      rate: INITIAL_RATE,
      totalReflection: 4_000n * INITIAL_RATE,
      totalXnos: 4_000n,
    });
    expect(world.chain.lamportsOf(staker.address)).toBe(before - world.chain.rentFor(80));
    expect(world.send(enter(world, staker)).ok).toBe(false);
  });

  it('a fee goes to those in the pool in proportion to their scores, and is paid by claim', async () => {
    const [small, large] = [
      await entered(world, 1_000n, 365n * DAY),
      await entered(world, 3_000n, 365n * DAY),
    ];
    const paidBefore = world.tokens(world.customer.nos);
    world.succeed(addFee(world, 800n));
    expect([world.tokens(world.vault), world.tokens(world.customer.nos)]).toEqual([800n, paidBefore - 800n]);
    for (const [staker, reward] of [
      [small, 200n],
      [large, 600n],
    ] as const) {
      const before = world.tokens(staker.nos);
      world.succeed(claim(world, staker));
      expect(world.tokens(staker.nos) - before).toBe(reward);
      expect(rewardState(world, staker).xnos).toBe(stakeState(world, staker).xnos);
      expect(world.succeed(claim(world, staker)).inner()).toEqual([]);
    }
    expect(world.tokens(world.vault)).toBe(0n);
  });

  it('sync: brings a share up to the score, for anybody, and keeps what is pending', async () => {
    const staker = await entered(world, 1_000n, 365n * DAY);
    world.succeed(addFee(world, 400n));
    world.succeed(by(staker).topup(1_000n));
    world.succeed(sync(world, staker));
    const { rate } = poolNumbers(world);
    expect(shareNumbers(world, staker)).toEqual({ reflection: (8_000n + 400n) * rate, xnos: 8_000n });
    const before = world.tokens(staker.nos);
    world.succeed(claim(world, staker));
    expect(world.tokens(staker.nos) - before).toBe(400n);
  });

  it('close: leaves the pool with the rent back; what was not claimed stays', async () => {
    const [staker, other] = [await entered(world), await entered(world)];
    world.succeed(addFee(world, 1_000n));
    const lamports = world.chain.lamportsOf(staker.address);
    world.succeed(close(world, staker));
    expect(world.chain.lamportsOf(staker.reward)).toBe(0n);
    expect(world.chain.lamportsOf(staker.address)).toBe(lamports + world.chain.rentFor(80));
    expect(world.tokens(world.vault)).toBe(1_000n);
    expect(poolNumbers(world)).toMatchObject({
      totalReflection: shareNumbers(world, other).reflection,
      totalXnos: shareNumbers(world, other).xnos + 1_000n,
    });
    world.succeed(by(staker).unstake());
  });

  it('a fee into an empty pool makes it worth nothing; no fee there aborts', () => {
    expectPanic(world.send(addFee(world, 0n)), 'attempt to divide by zero');
    world.succeed(addFee(world, 10n));
    expect(poolNumbers(world)).toEqual({ rate: 0n, totalReflection: 0n, totalXnos: 10n });
  });

  it('a score that the rate lifts beyond 128 bits aborts', async () => {
    await entered(world, 20_000_000_000_000n, 365n * DAY);
    const staker = await staked(world, 20_000_000_000_000n, 365n * DAY);
    expectPanic(world.send(enter(world, staker)), 'attempt to add with overflow');
    const huge = await staked(world, 30_000_000_000_000n, 365n * DAY);
    expectPanic(world.send(enter(world, huge)), 'attempt to multiply with overflow');
  });
});
