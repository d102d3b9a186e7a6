import { JobState, type Market, MarketQueueType } from '@nosana/kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  joinMarket,
  type KitNet,
  listJob,
  OTHER_CID,
  openMarket,
  type Party,
  SOME_CID,
  startKitNet,
} from './support.js';

const PRICE = 1_000;
const NOBODY = '11111111111111111111111111111111';

describe('jobs before they run, by @nosana/kit', () => {
  let net: KitNet;
  let poster: Party;
  let market: Market;

  beforeAll(async () => {
    net = await startKitNet();
    poster = await net.party({ nos: 1_000_000_000n });
    market = await openMarket(poster, { jobPrice: PRICE, jobTimeout: 3_600 });
  });
  afterAll(() => net.stop());

  const queue = async () => (await poster.client.jobs.market(market.address)).queue;

  it('are listed: the deposit goes to the vault, the job into the queue', async () => {
    const before = { poster: await net.nosOf(poster.address), vault: await net.tokensAt(market.vault) };
    const { job } = await listJob(poster, { market: market.address, timeout: 600 });
    expect(await poster.client.jobs.get(job)).toEqual({
      address: job,
      ipfsJob: SOME_CID,
      ipfsResult: null,
      market: market.address,
      node: NOBODY,
      payer: poster.address,
      price: PRICE,
      project: poster.address,
      state: JobState.QUEUED,
      timeEnd: 0,
      timeStart: 0,
      timeout: 600,
    });
    expect(await queue()).toContain(job);
    expect(await net.nosOf(poster.address)).toBe(before.poster - 600_000n);
    expect(await net.tokensAt(market.vault)).toBe(before.vault + 600_000n);
  });

  it('are posted for another who pays', async () => {
    const payer = await net.party({ nos: 1_000_000n });
    const before = await net.nosOf(poster.address);
    const post = await poster.client.jobs.post({
      market: market.address,
      timeout: 10n,
      ipfsHash: OTHER_CID,
      payer: payer.key,
    });
    await poster.send(post);
    const all = await poster.client.jobs.all({ market: market.address, project: poster.address });
    const posted = all.find((job) => job.payer === payer.address);
    expect(posted).toMatchObject({ ipfsJob: OTHER_CID, project: poster.address, timeout: 10 });
    expect(await net.nosOf(payer.address)).toBe(1_000_000n - 10_000n);
    expect(await net.nosOf(poster.address)).toBe(before);
  });

  it('are assigned to one of the nodes that wait, and run at once', async () => {
    const own = await openMarket(poster, { jobPrice: PRICE });
    const nodes = await Promise.all([1, 2, 3].map(() => net.party({ stake: { amount: 1n, days: 14 } })));
    for (const node of nodes) await joinMarket(node, own.address);
    const [first, second, third] = nodes.map((node) => node.address);
    if (first === undefined || second === undefined || third === undefined) throw new Error('three nodes');

    const before = await net.nosOf(poster.address);
    await poster.send(
      await poster.client.jobs.assign({ market: own.address, timeout: 60, ipfsHash: SOME_CID, node: second }),
    );
    expect((await poster.client.jobs.market(own.address)).queue).toEqual([first, third]);
    // With a node, `post` assigns too.
    await poster.send(
      await poster.client.jobs.post({ market: own.address, timeout: 30, ipfsHash: SOME_CID, node: third }),
    );
    expect(await poster.client.jobs.market(own.address)).toMatchObject({
      queueType: MarketQueueType.NODE_QUEUE,
      queue: [first],
    });
    expect(await net.nosOf(poster.address)).toBe(before - 90_000n);
    for (const [node, timeout] of [
      [second, 60],
      [third, 30],
    ] as const) {
      const [run] = await poster.client.jobs.runs({ node });
      if (run === undefined) throw new Error(`${node} runs nothing`);
      expect(await poster.client.jobs.get(run.job)).toMatchObject({ state: JobState.RUNNING, node, timeout });
    }
    // The node is gone from the queue, so nothing more can be assigned to it.
    const again = await poster.client.jobs.assign({
      market: own.address,
      timeout: 60,
      ipfsHash: SOME_CID,
      node: second,
    });
    expect(await poster.refusal(again)).toMatchObject({ code: 6002, name: 'NotInMarketQueue' });
  });

  it('are extended by a difference, for its price', async () => {
    const { job } = await listJob(poster, { market: market.address, timeout: 100 });
    const before = await net.nosOf(poster.address);
    await poster.send(await poster.client.jobs.extend({ job, timeout: 50 }));
    expect((await poster.client.jobs.get(job)).timeout).toBe(150);
    expect(await net.nosOf(poster.address)).toBe(before - 50_000n);
    await poster.send(await poster.client.jobs.extend({ job, timeout: 1n, payer: poster.key }));
    expect((await poster.client.jobs.get(job)).timeout).toBe(151);

    expect(await poster.refusal(await poster.client.jobs.extend({ job, timeout: 0 }))).toMatchObject({
      code: 6008,
      name: 'JobTimeoutNotGreater',
    });
    const stranger = await net.party({ nos: 1_000_000n });
    expect(await stranger.refusal(await stranger.client.jobs.extend({ job, timeout: 5 }))).toMatchObject({
      name: 'Unauthorized',
      account: 'job',
    });
    expect((await poster.client.jobs.get(job)).timeout).toBe(151);
  });

  it('are delisted: the deposit comes back, and the job is gone', async () => {
    const before = await net.nosOf(poster.address);
    const { job } = await listJob(poster, { market: market.address, timeout: 500 });
    const stranger = await net.party({ nos: 1n });
    expect(await stranger.refusal(await stranger.client.jobs.delist({ job }))).toMatchObject({
      name: 'Unauthorized',
      account: 'job',
    });
    expect(await queue()).toContain(job);
    await poster.send(await poster.client.jobs.delist({ job }));
    expect(await queue()).not.toContain(job);
    expect(await net.nosOf(poster.address)).toBe(before);
    await expect(poster.client.jobs.get(job)).rejects.toThrow(/not found/i);
    await expect(poster.client.jobs.delist({ job })).rejects.toThrow(/delist instruction: .*not found/i);
  });

  it('are refused without the money for them', async () => {
    const poor = await net.party({ nos: 999n });
    const list = await poor.client.jobs.list({ market: market.address, timeout: 1, ipfsHash: SOME_CID });
    const { code, program, name } = await poor.refusal(list);
    // The token program's own error, out of an inner instruction: insufficient funds.
    expect({ code, name, program }).toEqual({
      code: 1,
      name: undefined,
      program: poor.client.config.programs.jobsAddress,
    });
    expect(await net.nosOf(poor.address)).toBe(999n);
    await expect(
      poor.client.jobs.list({ market: market.address, timeout: 1, ipfsHash: 'bafkrei' }),
    ).rejects.toThrow(/list instruction/);
  });
});
