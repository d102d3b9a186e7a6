import { type Job, JobState } from '@nosana/kit';
import { generateKeyPairSigner } from '@solana/kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  joinMarket,
  type KitNet,
  listJob,
  OTHER_CID,
  openMarket,
  type Party,
  startKitNet,
} from './support.js';

const STAKED = { stake: { amount: 1n, days: 14 } };

/** Jobs of two projects in two markets, and by two nodes, in every state. */
async function createJobs(alice: Party, bob: Party, node: Party, other: Party) {
  const first = (await openMarket(alice)).address;
  const second = (await openMarket(bob)).address;
  const take = async (who: Party, market: typeof first, poster: Party) => {
    const { job } = await listJob(poster, { market, timeout: 60 });
    return { job, run: (await joinMarket(who, market)).run };
  };
  const done = await take(node, first, alice);
  await node.send(await node.client.jobs.finish({ job: done.job, ipfsResultsHash: OTHER_CID }));
  const otherDone = await take(other, second, alice);
  await other.send(await other.client.jobs.finish({ job: otherDone.job, ipfsResultsHash: OTHER_CID }));
  const stopped = await take(node, first, bob);
  await node.send(await node.client.jobs.quit({ run: stopped.run }));
  const running = await take(node, first, alice);
  const queued = await listJob(alice, { market: first, timeout: 60 });
  const bobs = await listJob(bob, { market: second, timeout: 60 });
  return {
    markets: { first, second },
    done: done.job,
    otherDone: otherDone.job,
    stopped: stopped.job,
    running: running.job,
    queued: queued.job,
    bobs: bobs.job,
  };
}

describe('looking for jobs by @nosana/kit', () => {
  let net: KitNet;
  let alice: Party;
  let bob: Party;
  let node: Party;
  let other: Party;
  let jobs: Awaited<ReturnType<typeof createJobs>>;

  beforeAll(async () => {
    net = await startKitNet();
    const funds = [{ nos: 1n }, { nos: 1n }, STAKED, STAKED] as const;
    const parties = await Promise.all(funds.map((fund) => net.party(fund)));
    [alice, bob, node, other] = parties as [Party, Party, Party, Party];
    jobs = await createJobs(alice, bob, node, other);
  });
  afterAll(() => net.stop());

  const found = async (filters?: Parameters<Party['client']['jobs']['all']>[0], runs = false) =>
    addresses(await alice.client.jobs.all(filters, runs));
  const addresses = (list: readonly Job[]) => list.map((job) => String(job.address)).sort();
  const sorted = (...list: string[]) => list.sort();

  it('finds all of them', async () => {
    const { done, otherDone, stopped, running, queued, bobs } = jobs;
    expect(await found()).toEqual(sorted(done, otherDone, stopped, running, queued, bobs));
  });

  it('by state, where a running job counts as queued', async () => {
    expect(await found({ state: JobState.COMPLETED })).toEqual(sorted(jobs.done, jobs.otherDone));
    expect(await found({ state: JobState.STOPPED })).toEqual([jobs.stopped]);
    expect(await found({ state: JobState.QUEUED })).toEqual(sorted(jobs.queued, jobs.running, jobs.bobs));
    expect(await found({ state: JobState.RUNNING })).toEqual([]);
  });

  it('by market, project and node, and three of them at once', async () => {
    const { first, second } = jobs.markets;
    expect(await found({ market: second })).toEqual(sorted(jobs.otherDone, jobs.bobs));
    expect(await found({ project: bob.address })).toEqual(sorted(jobs.stopped, jobs.bobs));
    expect(await found({ node: node.address })).toEqual([jobs.done]);
    expect(await found({ node: other.address })).toEqual([jobs.otherDone]);
    const most = { state: JobState.COMPLETED, market: first, project: alice.address };
    expect(await found(most)).toEqual([jobs.done]);
    expect(await found({ market: first, project: bob.address, state: JobState.QUEUED })).toEqual([]);
    // With the kit's own for the kind of account these are five filters, and a validator takes four.
    await expect(found({ ...most, node: node.address })).rejects.toThrow(/Too many filters provided; max 4/);
  });

  it('with their runs, if asked', async () => {
    const states = async (runs: boolean) => {
      const all = await alice.client.jobs.all({ market: jobs.markets.first }, runs);
      return Object.fromEntries(all.map((job) => [job.address, job.state]));
    };
    expect(await states(false)).toMatchObject({ [jobs.running]: JobState.QUEUED });
    expect(await states(true)).toEqual({
      [jobs.done]: JobState.COMPLETED,
      [jobs.stopped]: JobState.STOPPED,
      [jobs.running]: JobState.RUNNING,
      [jobs.queued]: JobState.QUEUED,
    });
  });

  it('several by their addresses, in that order', async () => {
    const wanted = [jobs.running, jobs.bobs, jobs.done];
    const plain = await alice.client.jobs.multiple(wanted);
    expect(plain.map((job) => job.address)).toEqual(wanted);
    expect(plain.map((job) => job.state)).toEqual([JobState.QUEUED, JobState.QUEUED, JobState.COMPLETED]);
    const merged = await alice.client.jobs.multiple(wanted, true);
    expect(merged.map((job) => job.state)).toEqual([JobState.RUNNING, JobState.QUEUED, JobState.COMPLETED]);
    expect(merged[0]?.node).toBe(node.address);
    const { address: absent } = await generateKeyPairSigner();
    await expect(alice.client.jobs.multiple([jobs.done, absent])).rejects.toThrow(/not found/i);
  });
});
