import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { putTokenAccount } from '../support/accounts.js';
import { REWARDS } from '../support/addresses.js';
import { expectPanic } from '../support/expectations.js';
import {
  by,
  createStakingWorld,
  DAY,
  later,
  rewrite,
  type StakingWorld,
  staked,
  stakeState,
  TOKENS,
  unstaked,
  xnosOf,
} from './support.js';

const MAX = (1n << 64n) - 1n;

let world: StakingWorld;
beforeAll(async () => {
  world = await createStakingWorld();
});

describe('unstake and restake', () => {
  it('unstake: starts the delay and ends the score; the tokens stay', async () => {
    const staker = await staked(world, 700n);
    world.succeed(by(staker).unstake());
    const timeUnstake = world.chain.now();
    expect(stakeState(world, staker)).toMatchObject({ amount: 700n, timeUnstake, xnos: 0n });
    expect(world.tokens(staker.vault)).toBe(700n);
  });

  it('unstake: with a reward account that an older framework closed', async () => {
    const staker = await staked(world);
    world.chain.putAccount(staker.reward, REWARDS, new Uint8Array(80).fill(255));
    world.succeed(by(staker).unstake());
  });

  it('unstake: with a reward account too short for a discriminator aborts', async () => {
    const staker = await staked(world);
    world.chain.putAccount(staker.reward, REWARDS, new Uint8Array(7));
    expectPanic(world.send(by(staker).unstake()), 'out of range');
  });

  it('restake: what is left in the vault counts again', async () => {
    const staker = await unstaked(world, 1_000n, 100n * DAY);
    later(world, 25n * DAY);
    world.succeed(by(staker).withdraw());
    world.succeed(by(staker).restake());
    const left = world.tokens(staker.vault);
    expect(left).toBeLessThan(1_000n);
    expect(stakeState(world, staker)).toMatchObject({
      amount: left,
      duration: 100n * DAY,
      timeUnstake: 0n,
      xnos: xnosOf(left, 100n * DAY),
    });
  });
});

describe('withdraw', () => {
  /** The network's definition, in its 64-bit steps. */
  function released(amount: bigint, duration: bigint, elapsed: bigint): bigint {
    const precision = MAX / (amount > elapsed ? amount : elapsed) - 1n;
    return (((elapsed * precision) / duration) * amount) / precision;
  }

  it('pays what the time has released, and not twice', async () => {
    const [amount, duration] = [1_000_000_000n, 100n * DAY];
    const staker = await unstaked(world, amount, duration);
    const start = world.chain.now();
    let paid = 0n;
    for (const elapsed of [0n, 1n, 1n, 3_600n, DAY, 50n * DAY, 100n * DAY - 1n, 100n * DAY]) {
      world.chain.setNow(start + elapsed);
      if (paid < amount) world.succeed(by(staker).withdraw());
      paid = elapsed >= duration ? amount : released(amount, duration, elapsed);
      expect(world.tokens(staker.vault)).toBe(amount - paid);
      expect(world.tokens(staker.nos)).toBe(TOKENS - amount + paid);
    }
    expect(stakeState(world, staker).amount).toBe(amount);
  });

  it('moves nothing where nothing is due', async () => {
    const staker = await unstaked(world);
    expect(world.succeed(by(staker).withdraw()).inner()).toEqual([]);
  });

  it('pays everything at the end, tokens that others sent to the vault too', async () => {
    const staker = await unstaked(world, 100n, 14n * DAY);
    rewrite(world, staker, {}, 150n);
    later(world, 14n * DAY);
    world.succeed(by(staker).withdraw());
    expect(world.tokens(staker.nos)).toBe(TOKENS + 50n);
  });

  it('aborts before the end where the vault holds more than was staked', async () => {
    const staker = await unstaked(world, 100n, 14n * DAY);
    rewrite(world, staker, {}, 101n);
    later(world, DAY);
    expectPanic(world.send(by(staker).withdraw()), 'attempt to subtract with overflow');
  });

  it('aborts where the stake is of the future', async () => {
    const staker = await unstaked(world);
    rewrite(world, staker, { timeUnstake: world.chain.now() + 1n }, 10n);
    expectPanic(world.send(by(staker).withdraw()), 'a negative number of seconds');
  });

  it('aborts where it would divide by zero', async () => {
    const staker = await unstaked(world);
    rewrite(world, staker, { amount: 0n }, 1n);
    expectPanic(world.send(by(staker).withdraw()), 'attempt to divide by zero');
  });

  it('is exact for any amount, duration and time', async () => {
    const staker = await unstaked(world);
    const amounts = fc.oneof(
      fc.bigInt({ min: 1n, max: MAX / 4n }),
      fc.bigInt({ min: 1n, max: 10n ** 12n }),
      fc.constantFrom(1n, 1n << 32n, 1n << 62n),
    );
    fc.assert(
      fc.property(
        amounts,
        fc.bigInt({ min: 14n * DAY, max: 365n * DAY }),
        fc.bigInt({ min: 0n, max: 400n * DAY }),
        (amount, duration, elapsed) => {
          rewrite(world, staker, { amount, duration, timeUnstake: world.chain.now() - elapsed }, amount);
          putTokenAccount(world.chain, staker.nos, { owner: staker.address });
          world.succeed(by(staker).withdraw());
          const due = elapsed >= duration ? amount : released(amount, duration, elapsed);
          expect(world.tokens(staker.nos)).toBe(due);
          expect(due).toBeLessThanOrEqual(amount);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('close', () => {
  it('gives back the rent of stake and vault', async () => {
    const staker = await unstaked(world, 10n, 14n * DAY);
    later(world, 14n * DAY + 1n);
    world.succeed(by(staker).withdraw());
    const lamports = world.chain.lamportsOf(staker.address);
    world.succeed(by(staker).close());
    expect([world.chain.lamportsOf(staker.stake), world.chain.lamportsOf(staker.vault)]).toEqual([0n, 0n]);
    const rent = world.chain.rentFor(120) + world.chain.rentFor(165);
    expect(world.chain.lamportsOf(staker.address)).toBe(lamports + rent);
    world.succeed(by(staker).stake(10n, 14n * DAY));
  });

  it('aborts where the end is beyond time', async () => {
    const staker = await unstaked(world);
    rewrite(world, staker, { timeUnstake: MAX >> 1n }, 0n);
    expectPanic(world.send(by(staker).close()), 'attempt to add with overflow');
    rewrite(world, staker, { timeUnstake: 1n, duration: MAX }, 0n);
    expectPanic(world.send(by(staker).close()), 'out of range integral type conversion');
  });
});
