import { beforeAll, describe, expect, it } from 'vitest';
import { SYSTEM } from '../support/addresses.js';
import { ANCHOR_ERRORS, expectError, expectTokens } from '../support/expectations.js';
import { createMarketplace, createNetwork, type Network } from '../support/marketplace.js';
import { listed, running, stopped } from '../support/situations.js';

let network: Network;
beforeAll(async () => {
  network = await createNetwork();
});
const signer = () => network.addresses.signer();

describe('work', () => {
  it('joins the queue, and creates nothing', async () => {
    const place = await createMarketplace(network);
    const run = signer();
    const instruction = await place.build.work(run);
    expectTokens(place, {}, () => place.succeed(instruction));
    expect(place.marketState()).toMatchObject({ queueType: 1, queue: [place.node.address] });
    expect(place.chain.lamportsOf(run.address)).toBe(0n);
  });

  it('starts the job that has waited longest', async () => {
    const place = await createMarketplace(network);
    const [first, second] = [listed(place), listed(place)];
    const [run, lamports] = [signer(), place.chain.lamportsOf(place.sponsor.address)];
    const instruction = await place.build.work(run);
    expectTokens(place, {}, () => place.succeed(instruction));
    expect(place.runState(run.address)).toMatchObject({
      job: first,
      node: place.node.address,
      payer: place.sponsor.address,
      state: 0,
      time: place.chain.now(),
    });
    expect(place.chain.dataOf(run.address)).toHaveLength(120);
    expect(place.chain.lamportsOf(place.sponsor.address)).toBe(lamports - place.chain.rentFor(120));
    expect(place.marketState()).toMatchObject({ queueType: 0, queue: [second] });
    expect(place.jobState(first)).toMatchObject({ state: 0, node: SYSTEM, timeStart: 0n });
    place.succeed(await place.build.work(signer()));
    expect(place.marketState()).toMatchObject({ queueType: 255, queue: [] });
  });
});

describe('stop', () => {
  it.each(['node', 'authority'] as const)('takes the node out of the queue for the %s', async (by) => {
    const place = await createMarketplace(network);
    const other = await place.newNode();
    for (const node of [place.node, other]) place.succeed(await place.build.work(signer(), node));
    expectTokens(place, {}, () => place.succeed(place.build.stop(place.node, place[by].signer)));
    expect(place.marketState()).toMatchObject({ queueType: 1, queue: [other.address] });
    place.succeed(place.build.stop(other));
    expect(place.marketState()).toMatchObject({ queueType: 255, queue: [] });
  });
});

describe('quit', () => {
  it('stops the job and gives the rent of the run to its payer', async () => {
    const place = await createMarketplace(network);
    const { job, run } = await running(place);
    const lamports = place.chain.lamportsOf(place.sponsor.address);
    expectTokens(place, {}, () => place.succeed(place.build.quit(job, run)));
    expect(place.jobState(job)).toMatchObject({ state: 3, node: SYSTEM, timeStart: 0n, timeEnd: 0n });
    expect(place.chain.dataOf(run)).toHaveLength(0);
    expect(place.chain.lamportsOf(run)).toBe(0n);
    expect(place.chain.lamportsOf(place.sponsor.address)).toBe(lamports + place.chain.rentFor(120));
    expect(place.marketState().queue).toEqual([]);
  });
});

describe('quit_admin', () => {
  it('ends the run and leaves the job queued, in no queue', async () => {
    const place = await createMarketplace(network);
    const { job, run } = await running(place);
    const before = place.chain.dataOf(job);
    const lamports = place.chain.lamportsOf(place.sponsor.address);
    expectTokens(place, {}, () => place.succeed(place.build.quitAdmin(run)));
    expect(place.chain.dataOf(job)).toEqual(before);
    expect(place.chain.lamportsOf(run)).toBe(0n);
    expect(place.chain.lamportsOf(place.sponsor.address)).toBe(lamports + place.chain.rentFor(120));
    expect(place.marketState()).toMatchObject({ queueType: 255, queue: [] });
  });
});

describe('claim', () => {
  it('runs a stopped job again; it stays stopped until it is finished', async () => {
    const place = await createMarketplace(network);
    const job = await stopped(place, 10n);
    const other = await place.newNode();
    const run = signer();
    const instruction = await place.build.claim(job, run, other);
    expectTokens(place, {}, () => place.succeed(instruction));
    expect(place.runState(run.address)).toMatchObject({
      job,
      node: other.address,
      payer: place.sponsor.address,
      time: place.chain.now(),
    });
    expect(place.chain.lamportsOf(run.address)).toBe(place.chain.rentFor(120));
    expect(place.jobState(job).state).toBe(3);
    place.chain.setNow(place.chain.now() + 4n);
    expectTokens(place, { payer: 600n, vault: -1_000n }, () =>
      place.succeed(place.build.finish(job, run.address, other)),
    );
    expect(place.jobState(job)).toMatchObject({ state: 2, node: other.address });
  });

  it('does not turn the payer into a run -> 4101', async () => {
    const place = await createMarketplace(network);
    const job = await stopped(place);
    const outcome = place.send(await place.build.claim(job, place.sponsor.signer));
    expectError(outcome, ANCHOR_ERRORS.TryingToInitPayerAsProgramAccount, { account: 'run' });
  });

  it('works where somebody has sent lamports to the run beforehand', async () => {
    const place = await createMarketplace(network);
    const job = await stopped(place);
    const run = signer();
    place.chain.fund(run.address, 5n);
    place.succeed(await place.build.claim(job, run));
    expect(place.chain.lamportsOf(run.address)).toBe(place.chain.rentFor(120));
  });
});

describe('who may work where', () => {
  it('a stake of exactly the minimum is enough, in both halves of the number', async () => {
    const minimum = (3n << 64n) + 7n;
    const place = await createMarketplace(network, { nodeXnosMinimum: minimum });
    for (const xnos of [minimum, minimum + 1n, 4n << 64n]) {
      place.succeed(await place.build.work(signer(), await place.newNode(xnos)));
    }
    for (const xnos of [minimum - 1n, (2n << 64n) + 8n]) {
      expect(place.send(await place.build.work(signer(), await place.newNode(xnos))).errorNumber).toBe(6013);
    }
  });
});
