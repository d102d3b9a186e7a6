import { beforeAll, describe, expect, it } from 'vitest';
import { putTokenAccount, tokensIn } from '../support/accounts.js';
import { digest } from '../support/builders.js';
import { expectError, expectPanic, expectTokens, JOBS_ERRORS } from '../support/expectations.js';
import { createMarketplace, createNetwork, type Marketplace, type Network } from '../support/marketplace.js';
import { INSTRUCTIONS, listed, running, stopped } from '../support/situations.js';
import { patch } from '../support/spoil.js';

let network: Network;
beforeAll(async () => {
  network = await createNetwork();
});
const wait = (place: Marketplace, seconds: bigint) => place.chain.setNow(place.chain.now() + seconds);

/** Offset of a job's end, start and timeout, and of a run's time, in their accounts. */
const i64 = (value: bigint): number[] => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(value);
  return [...bytes];
};

describe.each(['finish', 'end'] as const)('%s', (name) => {
  it('pays the seconds used to the node and the rest to the payer, and closes the run', async () => {
    const place = await createMarketplace(network);
    const { job, run } = await running(place);
    const started = place.chain.now();
    wait(place, 100n);
    const lamports = place.chain.lamportsOf(place.sponsor.address);
    expectTokens(place, { node: 10_000n, payer: 350_000n, vault: -360_000n }, () =>
      place.succeed(place.build[name](job, run)),
    );
    expect(place.jobState(job)).toMatchObject({
      ipfsJob: digest(1),
      ipfsResult: name === 'finish' ? digest(2) : digest(0),
      state: 2,
      node: place.node.address,
      timeStart: started,
      timeEnd: started + 100n,
      timeout: 3_600n,
      price: 100n,
    });
    expect(place.chain.dataOf(run)).toHaveLength(0);
    expect(place.chain.lamportsOf(run)).toBe(0n);
    expect(place.chain.lamportsOf(place.sponsor.address)).toBe(lamports + place.chain.rentFor(120));
    expect(place.chain.lamportsOf(job)).toBe(place.chain.rentFor(240));
  });

  it.each([
    [0n, 0n, 360_000n],
    [3_599n, 359_900n, 100n],
    [3_600n, 360_000n, 0n],
    [3_601n, 360_000n, 0n],
    [1_000_000n, 360_000n, 0n],
  ])('after %i seconds pays %i and refunds %i', async (seconds, node, payer) => {
    const place = await createMarketplace(network);
    const { job, run } = await running(place);
    wait(place, seconds);
    expectTokens(place, { node, payer, vault: -360_000n }, () => place.succeed(place.build[name](job, run)));
  });

  it('pays at the price that the job was listed with, for the timeout it was extended to', async () => {
    const place = await createMarketplace(network);
    const { job, run } = await running(place, 100n);
    place.succeed(place.build.update({ ...place.terms, jobPrice: 7n, jobTimeout: 1n }));
    place.succeed(place.build.extend(job, 200n));
    wait(place, 150n);
    expectTokens(place, { node: 15_000n, payer: 5_000n, vault: -20_000n }, () =>
      place.succeed(place.build[name](job, run)),
    );
  });

  it('moves nothing for a free job', async () => {
    const place = await createMarketplace(network, { jobPrice: 0n });
    const { job, run } = await running(place);
    wait(place, 10n);
    const instruction = place.build[name](job, run);
    const accounts = (instruction.accounts ?? []).map((meta, index) =>
      index === INSTRUCTIONS[name].accounts.deposit ? { ...meta, address: place.vault } : meta,
    );
    expectTokens(place, {}, () => place.succeed({ ...instruction, accounts }));
    expect(place.jobState(job).state).toBe(2);
  });

  it("leaves the money of the market's other jobs alone", async () => {
    const place = await createMarketplace(network);
    const { job, run } = await running(place);
    listed(place, 5n);
    wait(place, 1n);
    expectTokens(place, { node: 100n, payer: 359_900n, vault: -360_000n }, () =>
      place.succeed(place.build[name](job, run)),
    );
    expect(place.tokens().vault).toBe(500n);
  });

  it('aborts where the clock has gone backwards', async () => {
    const place = await createMarketplace(network);
    const { job, run } = await running(place);
    wait(place, -1n);
    const outcome = expectTokens(place, {}, () => place.send(place.build[name](job, run)));
    expectPanic(outcome, 'a negative number of seconds');
  });

  it('aborts where the time used overflows', async () => {
    const place = await createMarketplace(network);
    const { job, run } = await running(place);
    patch(place, run, 105, i64(-(1n << 63n)));
    expectPanic(place.send(place.build[name](job, run)), 'attempt to subtract with overflow');
  });

  it('aborts where a deposit no longer fits a number', async () => {
    const place = await createMarketplace(network);
    const { job, run } = await running(place);
    patch(place, job, 225, i64((1n << 63n) - 1n));
    expectPanic(place.send(place.build[name](job, run)), 'attempt to multiply with overflow');
  });
});

describe('finish', () => {
  it('pays any NOS account that the node names', async () => {
    const place = await createMarketplace(network);
    const { job, run } = await running(place);
    const account = network.addresses.next();
    putTokenAccount(place.chain, account, { owner: place.stranger.address });
    wait(place, 10n);
    expectTokens(place, { payer: 359_000n, vault: -360_000n }, () =>
      place.succeed(place.build.finish(job, run, place.node, place.sponsor.address, account)),
    );
    expect(tokensIn(place.chain, account)).toBe(1_000n);
  });
});

describe('complete', () => {
  it('adds the result to a job that was ended, once', async () => {
    const place = await createMarketplace(network);
    const { job, run } = await running(place);
    place.succeed(place.build.end(job, run));
    const before = place.jobState(job);
    expectTokens(place, {}, () => place.succeed(place.build.complete(job)));
    expect(place.jobState(job)).toEqual({ ...before, ipfsResult: digest(3) });
    expectError(
      place.send(place.build.complete(job, place.node, digest(4))),
      JOBS_ERRORS.JobResultsAlreadySet,
      {
        account: 'job',
      },
    );
  });
});

describe('recover', () => {
  it('pays the whole deposit to the account named and closes the job', async () => {
    const place = await createMarketplace(network);
    const job = await stopped(place, 50n);
    const lamports = place.chain.lamportsOf(place.payer.address);
    expectTokens(place, { stranger: 5_000n, vault: -5_000n }, () =>
      place.succeed(place.build.recover(job, place.stranger.nos)),
    );
    expect(place.chain.dataOf(job)).toHaveLength(0);
    expect(place.chain.lamportsOf(job)).toBe(0n);
    expect(place.chain.lamportsOf(place.payer.address)).toBe(lamports + place.chain.rentFor(240));
  });

  it('moves nothing for a free job', async () => {
    const place = await createMarketplace(network, { jobPrice: 0n });
    const job = await stopped(place);
    expectTokens(place, {}, () => place.succeed(place.build.recover(job)));
    expect(place.chain.lamportsOf(job)).toBe(0n);
  });
});
