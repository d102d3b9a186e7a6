import * as client from '@nosana/stake-program';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { stakingProgramElf } from '../../src/index.js';
import { STAKING } from '../support/addresses.js';
import { COMMON_ERRORS, expectError, expectPanic } from '../support/expectations.js';
import {
  by,
  createStakingWorld,
  DAY,
  initSettings,
  later,
  newStaker,
  rewrite,
  SLASH_ACCOUNT,
  SLASHER,
  type StakingWorld,
  slash,
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
  world.succeed(initSettings(world, await world.newPerson()));
});

describe('init', () => {
  it('names the network admin and the fixed account, at the payer’s expense', async () => {
    const fresh = await createStakingWorld();
    const payer = await fresh.newPerson();
    const before = fresh.chain.lamportsOf(payer.address);
    fresh.succeed(initSettings(fresh, payer));
    const data = fresh.chain.dataOf(fresh.settings);
    expect(data).toHaveLength(72);
    const { authority, tokenAccount } = client.getSettingsAccountDecoder().decode(data);
    expect([authority, tokenAccount]).toEqual([SLASHER.address, SLASH_ACCOUNT]);
    expect(fresh.chain.lamportsOf(payer.address)).toBe(before - fresh.chain.rentFor(72));
    expect(fresh.send(initSettings(fresh, payer)).ok).toBe(false);
  });

  it('can name another admin', async () => {
    const fresh = await createStakingWorld();
    const { address } = await fresh.newPerson();
    fresh.chain.svm.addProgram(STAKING, stakingProgramElf({ slashAuthority: address }));
    fresh.succeed(initSettings(fresh, await fresh.newPerson()));
    const data = fresh.chain.dataOf(fresh.settings);
    expect(client.getSettingsAccountDecoder().decode(data).authority).toBe(address);
  });
});

describe('stake', () => {
  it.each([
    [0n, 14n * DAY],
    [1n, 14n * DAY],
    [1_000_000_000n, 100n * DAY],
    [10_000_000_000n, 365n * DAY],
  ])('%i for %i seconds: moves the tokens into a vault of its own', async (amount, duration) => {
    const staker = await newStaker(world);
    const lamports = world.chain.lamportsOf(staker.address);
    world.succeed(by(staker).stake(amount, duration));
    expect(stakeState(world, staker)).toMatchObject({
      amount,
      authority: staker.address,
      duration,
      timeUnstake: 0n,
      vault: staker.vault,
      xnos: xnosOf(amount, duration),
    });
    expect(world.chain.dataOf(staker.stake)).toHaveLength(120);
    expect([...world.chain.dataOf(staker.stake).slice(0, 8)]).toEqual([
      ...client.STAKE_ACCOUNT_DISCRIMINATOR,
    ]);
    expect([world.tokens(staker.nos), world.tokens(staker.vault)]).toEqual([TOKENS - amount, amount]);
    const rent = world.chain.rentFor(120) + world.chain.rentFor(165);
    expect(world.chain.lamportsOf(staker.address)).toBe(lamports - rent);
  });

  it('a year counts fourfold', () => expect(xnosOf(1_000_000n, 365n * DAY)).toBe(4_000_000n));

  it('needs the tokens', async () => {
    const staker = await newStaker(world, 5n);
    expect(world.send(by(staker).stake(6n, 14n * DAY)).ok).toBe(false);
    expect(world.tokens(staker.nos)).toBe(5n);
  });

  it('is one for each owner', async () => {
    const staker = await staked(world);
    expect(world.send(by(staker).stake(1n, 14n * DAY)).ok).toBe(false);
  });

  it('may lie where somebody sent lamports before', async () => {
    const staker = await newStaker(world);
    world.chain.fund(staker.stake, 1n);
    world.chain.fund(staker.vault, 100_000_000n);
    world.succeed(by(staker).stake(3n, 14n * DAY));
    expect(world.tokens(staker.vault)).toBe(3n);
  });
});

describe('topup and extend', () => {
  it('topup: more tokens for the same time', async () => {
    const staker = await staked(world, 1_000n, 20n * DAY);
    world.succeed(by(staker).topup(234n));
    expect(stakeState(world, staker)).toMatchObject({ amount: 1_234n, xnos: xnosOf(1_234n, 20n * DAY) });
    expect([world.tokens(staker.nos), world.tokens(staker.vault)]).toEqual([TOKENS - 1_234n, 1_234n]);
  });

  it('topup: beyond what a number holds aborts', async () => {
    const staker = await staked(world, 1_000n);
    rewrite(world, staker, { amount: MAX }, 0n);
    expectPanic(world.send(by(staker).topup(1n)), 'attempt to add with overflow');
  });

  it('extend: more time for the same tokens, up to a year', async () => {
    const staker = await staked(world, 1_000n, 20n * DAY);
    world.succeed(by(staker).extend(345n * DAY));
    expect(stakeState(world, staker)).toMatchObject({ duration: 365n * DAY, xnos: 4_000n });
    expect(world.tokens(staker.vault)).toBe(1_000n);
  });

  it('extend: beyond what a number holds aborts', async () => {
    const staker = await staked(world);
    expectPanic(world.send(by(staker).extend(MAX)), 'attempt to add with overflow');
  });
});

describe('xnos', () => {
  it('is exact for any amount and duration', async () => {
    const staker = await staked(world);
    const amounts = fc.oneof(
      fc.bigInt({ min: 1n, max: MAX - 1n }),
      fc.bigInt({ min: 1n, max: 10n ** 14n }),
      fc.constantFrom(1n, MAX - 1n, 1n << 63n, 1n << 32n),
    );
    const durations = fc.oneof(
      fc.bigInt({ min: 1n, max: 365n * DAY - 1n }),
      fc.constantFrom(14n * DAY, 365n * DAY - 1n, 10_512_000n),
    );
    fc.assert(
      fc.property(amounts, durations, (amount, duration) => {
        rewrite(world, staker, { amount, duration }, 0n);
        world.succeed(by(staker).extend(1n));
        expect(stakeState(world, staker).xnos).toBe(xnosOf(amount, duration + 1n));
      }),
      { numRuns: 300 },
    );
  });
});

describe('slash and update_settings', () => {
  it.each([0n, 7n, 1_000n])('slash: %i from the vault to the settings’ account', async (amount) => {
    const staker = await staked(world, 1_000n, 20n * DAY);
    const before = world.tokens(SLASH_ACCOUNT);
    world.succeed(slash(world, staker, amount));
    expect(stakeState(world, staker)).toMatchObject({
      amount: 1_000n - amount,
      xnos: xnosOf(1_000n - amount, 20n * DAY),
    });
    expect([world.tokens(staker.vault), world.tokens(SLASH_ACCOUNT)]).toEqual([
      1_000n - amount,
      before + amount,
    ]);
  });

  it('slash: an unstaked stake stays worth nothing', async () => {
    const staker = await unstaked(world, 1_000n);
    world.succeed(slash(world, staker, 400n));
    expect(stakeState(world, staker)).toMatchObject({ amount: 600n, xnos: 0n });
  });

  it('slash: not more than the vault still holds', async () => {
    const staker = await unstaked(world, 1_000n, 100n * DAY);
    later(world, 50n * DAY);
    world.succeed(by(staker).withdraw());
    expect(world.send(slash(world, staker, 900n)).ok).toBe(false);
  });

  it('update_settings: another authority and account, and the old one has no say', async () => {
    const fresh = await createStakingWorld();
    fresh.succeed(initSettings(fresh, await fresh.newPerson()));
    const [successor, staker] = [await fresh.newPerson(), await staked(fresh, 100n)];
    fresh.succeed(
      client.getUpdateSettingsInstruction({
        newAuthority: successor.address,
        tokenAccount: successor.nos,
        settings: fresh.settings,
        authority: SLASHER,
      }),
    );
    const settings = client.getSettingsAccountDecoder().decode(fresh.chain.dataOf(fresh.settings));
    expect([settings.authority, settings.tokenAccount]).toEqual([successor.address, successor.nos]);
    expectError(fresh.send(slash(fresh, staker, 1n)), COMMON_ERRORS.InvalidTokenAccount, {
      account: 'token_account',
    });
    const { vault, stake } = staker;
    fresh.succeed(
      client.getSlashInstruction({
        vault,
        stake,
        tokenAccount: successor.nos,
        settings: fresh.settings,
        authority: successor.signer,
        amount: 30n,
      }),
    );
    expect([fresh.tokens(vault), fresh.tokens(successor.nos)]).toEqual([70n, 30n]);
  });
});
