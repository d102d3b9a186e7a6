import { DEFAULT_CONFIGS, type Job, JobState, type Market, MarketQueueType, NosanaError } from '@nosana/kit';
import type { Address } from '@solana/kit';
import { getCloseAccountInstruction } from '@solana-program/token';
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
const STAKED = { stake: { amount: 1n, days: 14 } };

describe('running jobs by @nosana/kit', () => {
  let net: KitNet;
  let poster: Party;
  let market: Market;

  beforeAll(async () => {
    net = await startKitNet();
    poster = await net.party({ nos: 1_000_000_000n });
    market = await openMarket(poster, { jobPrice: PRICE, jobExpiration: 60 });
  });
  afterAll(() => net.stop());

  /** A job that this node has taken out of the queue. */
  const running = async (node: Party, timeout = 600): Promise<{ job: Address; run: Address }> => {
    const { job } = await listJob(poster, { market: market.address, timeout });
    const { run } = await joinMarket(node, market.address);
    return { job, run };
  };

  const secondsOf = (job: Job) => Number(job.timeEnd) - Number(job.timeStart);

  it('are taken out of the queue by work', async () => {
    const node = await net.party(STAKED);
    const { job, run } = await running(node);
    expect(await node.client.jobs.market(market.address)).toMatchObject({ queue: [] });
    const found = await node.client.jobs.run(run);
    expect(found).toEqual({
      address: run,
      job,
      node: node.address,
      payer: node.address,
      state: 0,
      time: expect.any(Number),
    });
    expect(Math.abs(Number(found.time) - Date.now() / 1_000)).toBeLessThan(60);
    // The job's own account says nothing of the run; the kit looks for it unless told not to.
    expect(await poster.client.jobs.get(job)).toMatchObject({
      state: JobState.RUNNING,
      node: node.address,
      timeStart: found.time,
    });
    expect(await poster.client.jobs.get(job, false)).toMatchObject({ state: JobState.QUEUED, timeStart: 0 });
    expect(await poster.client.jobs.runs({ job })).toEqual([found]);
    expect(await poster.client.jobs.runs({ node: node.address })).toEqual([found]);
    expect(await poster.client.jobs.runs({ node: node.address, job: run })).toEqual([]);
    expect(await poster.client.jobs.runs()).toContainEqual(found);
  });

  it('are paid by the second when they finish, and the rest goes back', async () => {
    const node = await net.party(STAKED);
    const before = await net.nosOf(poster.address);
    const { job, run } = await running(node);
    await net.control('advanceClock', 90);
    await node.send(await node.client.jobs.finish({ job, ipfsResultsHash: OTHER_CID }));

    const done = await poster.client.jobs.get(job);
    expect(done).toMatchObject({ state: JobState.COMPLETED, node: node.address, ipfsResult: OTHER_CID });
    const seconds = secondsOf(done);
    expect(seconds).toBeGreaterThanOrEqual(90);
    expect(seconds).toBeLessThan(150);
    const paid = BigInt(seconds * PRICE);
    expect(await net.nosOf(node.address)).toBe(paid);
    expect(await net.nosOf(poster.address)).toBe(before - paid);
    await expect(node.client.jobs.run(run)).rejects.toThrow(/not found/i);
    await expect(node.client.jobs.finish({ job, ipfsResultsHash: OTHER_CID })).rejects.toThrow(/No job run/);
  });

  it('are paid no longer than their timeout, into an account that the kit opens', async () => {
    const node = await net.party(STAKED);
    const { job } = await running(node, 30);
    // The faucet opened it with the stake.
    const { solana, nos } = node.client;
    await node.send(
      getCloseAccountInstruction({
        account: await nos.getATA(node.address),
        destination: node.address,
        owner: node.key,
      }),
    );
    expect(await net.nosOf(node.address)).toBe(-1n);
    await net.control('advanceClock', 1_000);
    const instructions = await node.client.jobs.finish({ job, ipfsResultsHash: OTHER_CID });
    expect(instructions).toHaveLength(2);
    await solana.buildSignAndSend(instructions);
    expect(await net.nosOf(node.address)).toBe(BigInt(30 * PRICE));
  });

  it('are ended by their project: paid so far, and completed by the node later', async () => {
    const node = await net.party(STAKED);
    const before = await net.nosOf(poster.address);
    const { job, run } = await running(node);
    await net.control('advanceClock', 20);
    const { client } = node;
    // The kit's own check trips over its look for a run.
    await expect(client.jobs.complete({ job, ipfsResultsHash: OTHER_CID })).rejects.toThrow(TypeError);
    const end = await client.jobs.end({ job });
    expect(await node.refusal(end)).toMatchObject({ name: 'Unauthorized', account: 'job' });

    await poster.send(await poster.client.jobs.end({ job }));
    const ended = await poster.client.jobs.get(job);
    expect(ended).toMatchObject({ state: JobState.COMPLETED, node: node.address, ipfsResult: null });
    const paid = BigInt(secondsOf(ended) * PRICE);
    expect(paid).toBeGreaterThanOrEqual(20_000n);
    expect(await net.nosOf(node.address)).toBe(paid);
    expect(await net.nosOf(poster.address)).toBe(before - paid);
    await expect(node.client.jobs.run(run)).rejects.toThrow(/not found/i);
    await expect(poster.client.jobs.end({ job })).rejects.toThrow(/No job run/);

    const complete = await client.jobs.complete({ job, ipfsResultsHash: OTHER_CID });
    // In this one instruction the kit names the mainnet's program, whatever network it was made for.
    const { mainnet, devnet } = DEFAULT_CONFIGS;
    expect(complete.programAddress).toBe(mainnet.programs.jobsAddress);
    const unknown: unknown = await node.send(complete).catch((reason: unknown) => reason);
    expect(unknown).toBeInstanceOf(NosanaError);
    expect(unknown).toMatchObject({
      details: { cause: { message: 'Attempt to load a program that does not exist' } },
    });
    const addressed = { ...complete, programAddress: devnet.programs.jobsAddress };
    const stolen = await poster.client.jobs.complete({ job, ipfsResultsHash: OTHER_CID });
    expect(await poster.refusal({ ...stolen, programAddress: devnet.programs.jobsAddress })).toMatchObject({
      name: 'Unauthorized',
      account: 'job',
    });
    await node.send(addressed);
    expect((await poster.client.jobs.get(job)).ipfsResult).toBe(OTHER_CID);
    await expect(client.jobs.complete({ job, ipfsResultsHash: SOME_CID })).rejects.toThrow(/already been/);
  });

  it('are quit by their node: the job stops, and its deposit stays', async () => {
    const node = await net.party(STAKED);
    const vault = await net.tokensAt(market.vault);
    const { job, run } = await running(node, 7);
    expect(await poster.refusal(await poster.client.jobs.quit({ run }))).toMatchObject({
      name: 'Unauthorized',
    });
    await node.send(await node.client.jobs.quit({ run }));
    expect(await poster.client.jobs.get(job)).toMatchObject({ state: JobState.STOPPED, ipfsResult: null });
    expect(await poster.client.jobs.runs({ job })).toEqual([]);
    expect(await net.tokensAt(market.vault)).toBe(vault + BigInt(7 * PRICE));
    await expect(node.client.jobs.quit({ run })).rejects.toThrow(/quit instruction: .*not found/i);
  });

  it('need a stake, and a node that does not wait already', async () => {
    const own = await openMarket(poster, { nodeStakeMinimum: 2_000_000 });
    const work = async (party: Party) => party.client.jobs.work({ market: own.address });
    const nobody = await net.party({ nos: 1n });
    expect(await nobody.refusal(await work(nobody))).toMatchObject({
      code: 3012,
      name: 'AccountNotInitialized',
      account: 'stake',
    });
    const little = await net.party({ stake: { amount: 1_000_000n, days: 14 } });
    expect(await little.refusal(await work(little))).toMatchObject({
      code: 6013,
      name: 'NodeNotEnoughStake',
      account: 'stake',
    });
    const node = await net.party({ stake: { amount: 2_000_000n, days: 14 } });
    await node.send(await work(node));
    expect(await node.refusal(await work(node))).toMatchObject({ code: 6014, name: 'NodeAlreadyQueued' });
    expect((await node.client.jobs.market(own.address)).queue).toEqual([node.address]);
  });

  it('are not waited for any more after stop, by the node or the market', async () => {
    const own = await openMarket(poster);
    const nodes = await Promise.all([1, 2, 3].map(() => net.party(STAKED)));
    const [first, second, third] = nodes;
    if (first === undefined || second === undefined || third === undefined) throw new Error('three nodes');
    for (const node of nodes) await joinMarket(node, own.address);
    const queue = async () => poster.client.jobs.market(own.address);

    const foreign = await third.client.jobs.stop({ market: own.address, node: first.address });
    expect(await third.refusal(foreign)).toMatchObject({ name: 'Unauthorized' });
    await second.send(await second.client.jobs.stop({ market: own.address }));
    expect((await queue()).queue).toEqual([first.address, third.address]);
    await poster.send(await poster.client.jobs.stop({ market: own.address, node: first.address }));
    expect((await queue()).queue).toEqual([third.address]);
    await third.send(await third.client.jobs.stop({ market: own.address }));
    expect((await queue()).queueType).not.toBe(MarketQueueType.NODE_QUEUE);
    const again = await third.client.jobs.stop({ market: own.address });
    expect(await third.refusal(again)).toMatchObject({ code: 6001, name: 'MarketInWrongState' });
  });
});
