import { type Stake, StakingClient } from '@nosana/kit';
import type { Address } from '@solana/kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { joinMarket, type KitNet, openMarket, type Party, startKitNet } from './support.js';

const DAY = 86_400;
const YEAR = 365 * DAY;

/** What the program computes: a year's lock counts four times. */
function xnosOf(amount: bigint, seconds: number): bigint {
  const precision = 1_000_000_000_000_000n;
  return (((BigInt(seconds) * precision) / 10_512_000n + precision) * amount) / precision;
}

describe('stakes by @nosana/kit', () => {
  let net: KitNet;
  let owner: Party;
  let stake: Address;
  let vault: Address;

  beforeAll(async () => {
    net = await startKitNet();
    owner = await net.party({ nos: 100_000_000n });
    [stake, vault] = await Promise.all([addressOf(owner, 'stake'), addressOf(owner, 'vault')]);
  });
  afterAll(() => net.stop());

  const addressOf = (party: Party, what: 'stake' | 'vault') => {
    const { nosTokenAddress, stakeAddress } = party.client.config.programs;
    return party.client.solana.pda([what, nosTokenAddress, party.address], stakeAddress);
  };
  /** The kit reads stakes; its generated client, which it hands on, makes them. */
  const stakeNow = async (amount: bigint, days: number) =>
    StakingClient.getStakeInstruction({
      mint: owner.client.config.programs.nosTokenAddress,
      user: await owner.client.nos.getATA(owner.address),
      vault,
      stake,
      authority: owner.key,
      amount,
      duration: BigInt(days * DAY),
    });

  it('are made, and read', async () => {
    await expect(owner.client.stake.get(stake)).rejects.toThrow(/not found/i);
    expect(await owner.refusal(await stakeNow(1n, 13))).toMatchObject({
      code: StakingClient.NOSANA_STAKING_ERROR__DURATION_TOO_SHORT,
      program: owner.client.config.programs.stakeAddress,
    });
    await owner.send(await stakeNow(40_000_000n, 100));
    const expected: Stake = {
      address: stake,
      amount: 40_000_000,
      authority: owner.address,
      duration: 100 * DAY,
      timeUnstake: 0,
      vault,
      vaultBump: expect.any(Number),
      xnos: Number(xnosOf(40_000_000n, 100 * DAY)),
    };
    expect(await owner.client.stake.get(stake)).toEqual(expected);
    expect(await net.tokensAt(vault)).toBe(40_000_000n);
    expect(await net.nosOf(owner.address)).toBe(60_000_000n);
  });

  it('grow in amount and time', async () => {
    const user = await owner.client.nos.getATA(owner.address);
    await owner.send([
      StakingClient.getTopupInstruction({ user, vault, stake, authority: owner.key, amount: 10_000_000n }),
      StakingClient.getExtendInstruction({ stake, authority: owner.key, duration: YEAR - 100 * DAY }),
    ]);
    expect(await owner.client.stake.get(stake)).toMatchObject({
      amount: 50_000_000,
      duration: YEAR,
      xnos: Number(xnosOf(50_000_000n, YEAR)),
    });
    expect(await net.tokensAt(vault)).toBe(50_000_000n);
    const more = StakingClient.getExtendInstruction({ stake, authority: owner.key, duration: 1 });
    expect(await owner.refusal(more)).toMatchObject({ name: 'DurationTooLong' });
    const other = await net.party();
    const foreign = StakingClient.getExtendInstruction({ stake, authority: other.key, duration: 1 });
    expect(await other.refusal(foreign)).toMatchObject({ name: 'Unauthorized', account: 'stake' });
  });

  it('open a market to their owner', async () => {
    const minimum = xnosOf(50_000_000n, YEAR);
    const market = await openMarket(owner, { nodeStakeMinimum: minimum });
    await joinMarket(owner, market.address);
    expect((await owner.client.jobs.market(market.address)).queue).toEqual([owner.address]);
    const dearer = await openMarket(owner, { nodeStakeMinimum: minimum + 1n });
    const work = await owner.client.jobs.work({ market: dearer.address });
    expect(await owner.refusal(work)).toMatchObject({ name: 'NodeNotEnoughStake', account: 'stake' });
  });

  it('are found one by one, together and all', async () => {
    const others = await Promise.all(
      [1n, 2n, 3n].map((amount) => net.party({ stake: { amount, days: 14 } })),
    );
    const addresses = await Promise.all(others.map((party) => addressOf(party, 'stake')));
    const some = await owner.client.stake.multiple([...addresses, stake]);
    expect(some.map(({ address }) => address)).toEqual([...addresses, stake]);
    expect(some.map(({ amount }) => amount)).toEqual([1, 2, 3, 50_000_000]);
    const all = await owner.client.stake.all();
    expect(all).toHaveLength(4);
    expect(all).toEqual(expect.arrayContaining(some));
    await expect(owner.client.stake.multiple([stake, owner.address])).rejects.toThrow();
  });

  it('count nothing once they are given up, and come back whole', async () => {
    const { rewardsAddress } = owner.client.config.programs;
    const reward = await owner.client.solana.pda(['reward', owner.address], rewardsAddress);
    const user = await owner.client.nos.getATA(owner.address);
    const { key: authority } = owner;
    await owner.send(StakingClient.getUnstakeInstruction({ stake, reward, authority }));
    const given = await owner.client.stake.get(stake);
    expect(given).toMatchObject({ xnos: 0, amount: 50_000_000 });
    expect(given.timeUnstake).toBeGreaterThan(0);
    const close = StakingClient.getCloseInstruction({ user, stake, vault, authority });
    expect(await owner.refusal(close)).toMatchObject({ code: StakingClient.NOSANA_STAKING_ERROR__LOCKED });

    await net.control('advanceClock', YEAR + 10);
    await owner.send([StakingClient.getWithdrawInstruction({ user, vault, stake, authority }), close]);
    expect(await net.nosOf(owner.address)).toBe(100_000_000n);
    await expect(owner.client.stake.get(stake)).rejects.toThrow(/not found/i);
    expect(await owner.client.stake.all()).toHaveLength(3);
  });
});
