import { getAssignInstruction } from '@solana-program/system';
import { beforeAll, describe, expect, it } from 'vitest';
import { SYSTEM } from '../support/addresses.js';
import { digest } from '../support/builders.js';
import {
  COMMON_ERRORS,
  expectError,
  expectPanic,
  expectTokens,
  JOBS_ERRORS,
} from '../support/expectations.js';
import { createMarketplace, createNetwork, type Network } from '../support/marketplace.js';
import { INSTRUCTIONS, listed, running } from '../support/situations.js';

let network: Network;
beforeAll(async () => {
  network = await createNetwork();
});
const signer = () => network.addresses.signer();

describe('list', () => {
  it('puts a job into the queue and its deposit into the vault', async () => {
    const place = await createMarketplace(network);
    const { chain } = place;
    const [job, run] = [signer(), signer()];
    const lamports = chain.lamportsOf(place.payer.address);
    expectTokens(place, { payer: -360_000n, vault: 360_000n }, () =>
      place.succeed(place.build.list(job, run)),
    );
    expect(place.jobState(job.address)).toMatchObject({
      ipfsJob: digest(1),
      ipfsResult: digest(0),
      market: place.market,
      node: SYSTEM,
      payer: place.payer.address,
      price: 100n,
      project: place.project.address,
      state: 0,
      timeEnd: 0n,
      timeStart: 0n,
      timeout: 3_600n,
    });
    expect(chain.dataOf(job.address)).toHaveLength(240);
    expect(chain.lamportsOf(place.payer.address)).toBe(lamports - chain.rentFor(240));
    expect(chain.lamportsOf(run.address)).toBe(0n);
    expect(place.marketState()).toMatchObject({ queueType: 0, queue: [job.address] });
  });

  it('starts at once on the node that has waited longest', async () => {
    const place = await createMarketplace(network);
    const second = await place.newNode();
    place.succeed(await place.build.work(signer()));
    place.succeed(await place.build.work(signer(), second));
    const [job, run] = [signer(), signer()];
    place.chain.setNow(place.chain.now() + 5n);
    expectTokens(place, { payer: -360_000n, vault: 360_000n }, () =>
      place.succeed(place.build.list(job, run)),
    );
    expect(place.runState(run.address)).toMatchObject({
      job: job.address,
      node: place.node.address,
      payer: place.payer.address,
      state: 0,
      time: place.chain.now(),
    });
    expect(place.chain.dataOf(run.address)).toHaveLength(120);
    expect(place.chain.lamportsOf(run.address)).toBe(place.chain.rentFor(120));
    expect(place.jobState(job.address)).toMatchObject({ state: 0, node: SYSTEM, timeStart: 0n });
    expect(place.marketState()).toMatchObject({ queueType: 1, queue: [second.address] });
    place.succeed(place.build.list(signer(), signer()));
    expect(place.marketState()).toMatchObject({ queueType: 255, queue: [] });
  });

  it('costs nothing in a free market, and any token account will do', async () => {
    const place = await createMarketplace(network, { jobPrice: 0n });
    const job = signer();
    const instruction = place.build.list(job, signer());
    const accounts = (instruction.accounts ?? []).map((meta, index) =>
      index === 3 ? { ...meta, address: place.stranger.nos } : meta,
    );
    expectTokens(place, {}, () => place.succeed({ ...instruction, accounts }));
    expect(place.jobState(job.address).price).toBe(0n);
  });

  it('queues nothing in a market of unknown type, but takes the deposit', async () => {
    const place = await createMarketplace(network, { jobType: 9 });
    expectTokens(place, { payer: -360_000n, vault: 360_000n }, () =>
      place.succeed(place.build.list(signer(), signer())),
    );
    expect(place.marketState()).toMatchObject({ queueType: 255, queue: [] });
    place.succeed(await place.build.work(signer()));
    expect(place.marketState()).toMatchObject({ queueType: 255, queue: [] });
  });

  it.each([
    [(1n << 63n) - 1n, 'attempt to multiply with overflow'],
    [1n << 61n, 'attempt to multiply with overflow'],
    [-1n, 'a negative number of seconds'],
    [-(1n << 63n), 'a negative number of seconds'],
  ])('aborts on a timeout of %i', async (timeout, reason) => {
    const place = await createMarketplace(network);
    const outcome = expectTokens(place, {}, () => place.send(place.build.list(signer(), signer(), timeout)));
    expectPanic(outcome, reason);
    expect(place.marketState().queue).toEqual([]);
  });

  it('fails in the token program when the payer has too little', async () => {
    const place = await createMarketplace(network, { jobPrice: 1_000_000_000n });
    const outcome = expectTokens(place, {}, () => place.send(place.build.list(signer(), signer(), 1_001n)));
    expect(outcome.errorNumber).toBe(1);
    expectTokens(place, { payer: -1_000_000_000_000n, vault: 1_000_000_000_000n }, () =>
      place.succeed(place.build.list(signer(), signer(), 1_000n)),
    );
  });

  it('works where somebody has sent lamports to the job beforehand', async () => {
    const place = await createMarketplace(network);
    const job = signer();
    place.chain.fund(job.address, 5n);
    place.succeed(place.build.list(job, signer()));
    expect(place.chain.lamportsOf(job.address)).toBe(place.chain.rentFor(240));
  });

  it.each(['job', 'payer'] as const)(
    'needs the signature or the writability that creating `%s` takes',
    async (name) => {
      const place = await createMarketplace(network);
      const instruction = place.build.list(signer(), signer());
      const index = INSTRUCTIONS.list.accounts[name];
      const role = name === 'job' ? 1 : 2;
      const accounts = (instruction.accounts ?? []).map((meta, at) =>
        at === index ? { ...meta, role } : meta,
      );
      expect(place.send({ ...instruction, accounts }).failure).toContain('PrivilegeEscalation');
    },
  );
});

describe('assign', () => {
  it('starts a job on a named node out of the middle of the queue', async () => {
    const place = await createMarketplace(network);
    const [second, third] = [await place.newNode(), await place.newNode()];
    for (const node of [place.node, second, third]) place.succeed(await place.build.work(signer(), node));
    const [job, run] = [signer(), signer()];
    expectTokens(place, { payer: -360_000n, vault: 360_000n }, () =>
      place.succeed(place.build.assign(job, run, second.address)),
    );
    expect(place.runState(run.address)).toMatchObject({
      job: job.address,
      node: second.address,
      payer: place.payer.address,
      time: place.chain.now(),
    });
    expect(place.jobState(job.address)).toMatchObject({
      state: 0,
      price: 100n,
      project: place.project.address,
    });
    expect(place.marketState()).toMatchObject({ queueType: 1, queue: [place.node.address, third.address] });
    for (const node of [third, place.node])
      place.succeed(place.build.assign(signer(), signer(), node.address));
    expect(place.marketState()).toMatchObject({ queueType: 255, queue: [] });
  });
});

describe('delist', () => {
  it('takes a job out of the middle of the queue, refunds all and closes it', async () => {
    const place = await createMarketplace(network);
    const [first, second, third] = [listed(place), listed(place, 10n), listed(place)];
    const lamports = place.chain.lamportsOf(place.payer.address);
    expectTokens(place, { payer: 1_000n, vault: -1_000n }, () => place.succeed(place.build.delist(second)));
    expect(place.marketState()).toMatchObject({ queueType: 0, queue: [first, third] });
    expect(place.chain.lamportsOf(second)).toBe(0n);
    expect(place.chain.dataOf(second)).toHaveLength(0);
    expect(place.chain.lamportsOf(place.payer.address)).toBe(lamports + place.chain.rentFor(240));
    place.succeed(place.build.delist(first));
    place.succeed(place.build.delist(third));
    expect(place.marketState()).toMatchObject({ queueType: 255, queue: [] });
    expect(place.tokens().vault).toBe(0n);
  });
});

describe('extend', () => {
  it('raises the timeout and takes the difference', async () => {
    const place = await createMarketplace(network);
    const job = listed(place);
    expectTokens(place, { payer: -40_000n, vault: 40_000n }, () =>
      place.succeed(place.build.extend(job, 4_000n)),
    );
    expect(place.jobState(job)).toMatchObject({ timeout: 4_000n, state: 0 });
  });

  it('works while the job runs', async () => {
    const place = await createMarketplace(network);
    const { job } = await running(place);
    expectTokens(place, { payer: -100n, vault: 100n }, () => place.succeed(place.build.extend(job, 3_601n)));
  });

  it('costs nothing where the job is free, whoever pays', async () => {
    const place = await createMarketplace(network, { jobPrice: 0n });
    const job = listed(place);
    const instruction = place.build.extend(job, (1n << 63n) - 1n);
    const accounts = (instruction.accounts ?? []).map((meta, index) =>
      index === INSTRUCTIONS.extend.accounts.payer ? { ...meta, address: place.stranger.address } : meta,
    );
    expectTokens(place, {}, () => place.succeed({ ...instruction, accounts }));
  });

  it.each([3_600n, 3_599n, 0n, -1n])('a timeout of %i is not greater -> 6008', async (timeout) => {
    const place = await createMarketplace(network);
    const job = listed(place);
    const outcome = expectTokens(place, {}, () => place.send(place.build.extend(job, timeout)));
    expectError(outcome, JOBS_ERRORS.JobTimeoutNotGreater, { file: 'jobs/instructions/extend.h' });
  });

  it('aborts where the price of the difference overflows', async () => {
    const place = await createMarketplace(network);
    const job = listed(place);
    const outcome = expectTokens(place, {}, () => place.send(place.build.extend(job, (1n << 63n) - 1n)));
    expectPanic(outcome, 'attempt to multiply with overflow');
  });

  it('aborts where the difference of timeouts overflows', async () => {
    const place = await createMarketplace(network, { jobPrice: 0n });
    const job = listed(place, -(1n << 63n));
    expectPanic(place.send(place.build.extend(job, 1n)), 'attempt to subtract with overflow');
  });
});

describe('an account that the run must not be', () => {
  it('another program owns it, although it has no lamports -> 6001 InvalidOwner', async () => {
    for (const name of ['list', 'work'] as const) {
      const place = await createMarketplace(network);
      const run = signer();
      const instruction = name === 'list' ? place.build.list(signer(), run) : await place.build.work(run);
      const taken = getAssignInstruction({ account: run, programAddress: network.rewardsVault });
      expectError(place.send(taken, instruction), COMMON_ERRORS.InvalidOwner, { account: 'run' });
    }
  });
});
