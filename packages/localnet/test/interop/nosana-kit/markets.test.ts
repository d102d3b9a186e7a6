import { JobsClient, MarketQueueType } from '@nosana/kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GENESIS_MARKETS } from '../../../src/index.js';
import { joinMarket, type KitNet, listJob, openMarket, type Party, startKitNet } from './support.js';

const SYSTEM_PROGRAM = '11111111111111111111111111111111';

describe('markets by @nosana/kit', () => {
  let net: KitNet;
  let owner: Party;

  beforeAll(async () => {
    net = await startKitNet();
    owner = await net.party({ nos: 10_000_000n });
  });
  afterAll(() => net.stop());

  it('lists those of the genesis', async () => {
    const markets = await owner.client.jobs.markets();
    for (const { terms } of GENESIS_MARKETS) {
      expect(markets).toContainEqual(
        expect.objectContaining({
          jobPrice: Number(terms.jobPrice),
          jobTimeout: Number(terms.jobTimeout),
          jobExpiration: Number(terms.jobExpiration),
          jobType: terms.jobType,
          nodeXnosMinimum: Number(terms.nodeXnosMinimum),
          nodeAccessKey: SYSTEM_PROGRAM,
          queue: [],
        }),
      );
    }
  });

  it('opens one with the defaults of the kit', async () => {
    const before = await owner.client.jobs.markets();
    const market = await openMarket(owner);
    expect(market).toMatchObject({
      authority: owner.address,
      jobExpiration: 86_400,
      jobPrice: 0,
      jobTimeout: 7_200,
      jobType: 0,
      nodeAccessKey: SYSTEM_PROGRAM,
      nodeXnosMinimum: 0,
      queueType: 255,
      queue: [],
    });
    // The vault is a token account of the market's own.
    expect(await net.tokensAt(market.vault)).toBe(0n);
    const after = await owner.client.jobs.markets();
    expect(after).toHaveLength(before.length + 1);
    expect(after).toContainEqual(market);
  });

  it('opens one by its other name, with terms of its own and another payer', async () => {
    const payer = await net.party();
    const key = (await net.party()).address;
    const create = await owner.client.jobs.createMarket({
      nodeAccessKey: key,
      jobExpiration: 60,
      jobType: 3,
      jobPrice: 1_234_567n,
      jobTimeout: 900,
      nodeStakeMinimum: 10n ** 15n,
      payer: payer.key,
    });
    await owner.send(create);
    const { market } = JobsClient.parseOpenInstruction(create).accounts;
    expect(await owner.client.jobs.market(market.address)).toMatchObject({
      authority: payer.address,
      jobExpiration: 60,
      jobPrice: 1_234_567,
      jobTimeout: 900,
      jobType: 3,
      nodeAccessKey: key,
      nodeXnosMinimum: 10 ** 15,
    });
  });

  it('shows who waits in its queue', async () => {
    const market = await openMarket(owner, { jobPrice: 1 });
    const node = await net.party({ stake: { amount: 1n, days: 14 } });
    await joinMarket(node, market.address);
    expect(await owner.client.jobs.market(market.address)).toMatchObject({
      queueType: MarketQueueType.NODE_QUEUE,
      queue: [node.address],
    });
    // The first job takes the node away, the second waits.
    await listJob(owner, { market: market.address, timeout: 60 });
    expect((await owner.client.jobs.market(market.address)).queue).toEqual([]);
    const { job } = await listJob(owner, { market: market.address, timeout: 60 });
    expect(await owner.client.jobs.market(market.address)).toMatchObject({
      queueType: MarketQueueType.JOB_QUEUE,
      queue: [job],
    });
  });

  it('closes one, and gives the rent of both accounts back', async () => {
    const market = await openMarket(owner);
    const lamports = async (of: string) => BigInt(await owner.client.solana.getBalance(of));
    const held = (await lamports(market.address)) + (await lamports(market.vault));
    const before = await lamports(owner.address);
    const signature = await owner.send(await owner.client.jobs.close({ market: market.address }));
    const fee = await net.feeOf(signature);
    expect((await lamports(owner.address)) - before).toBe(held - fee);
    await expect(owner.client.jobs.market(market.address)).rejects.toThrow(/not found/i);
    await expect(net.tokensAt(market.vault)).rejects.toThrow(/could not find/i);
  });

  it('closes one by its other name, for its authority only', async () => {
    const authority = await net.party({ nos: 1n });
    const open = await owner.client.jobs.open({ payer: authority.key });
    await owner.send(open);
    const market = JobsClient.parseOpenInstruction(open).accounts.market.address;
    expect(await owner.refusal(await owner.client.jobs.closeMarket({ market }))).toEqual({
      code: 6000,
      name: 'Unauthorized',
      account: 'market',
      program: owner.client.config.programs.jobsAddress,
    });
    // The program's own client marks the authority as read-only, so it gets the rent only where it pays the fee too.
    await owner.client.solana.buildSignAndSend(
      await owner.client.jobs.closeMarket({ market, payer: authority.key }),
      { feePayer: authority.key },
    );
    await expect(owner.client.jobs.market(market)).rejects.toThrow(/not found/i);
  });

  it('pays what is left in the vault to whoever closes', async () => {
    const market = await openMarket(owner, { jobPrice: 2 });
    const before = await net.nosOf(owner.address);
    await listJob(owner, { market: market.address, timeout: 100 });
    expect(await net.tokensAt(market.vault)).toBe(200n);
    expect(await net.nosOf(owner.address)).toBe(before - 200n);
    await owner.send(await owner.client.jobs.close({ market: market.address }));
    expect(await net.nosOf(owner.address)).toBe(before);
  });
});
