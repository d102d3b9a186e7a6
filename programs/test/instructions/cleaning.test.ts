import { beforeAll, describe, expect, it } from 'vitest';
import { expectError, expectPanic, expectTokens, JOBS_ERRORS } from '../support/expectations.js';
import { createMarketplace, createNetwork, type Network } from '../support/marketplace.js';
import { finished, listed } from '../support/situations.js';

let network: Network;
beforeAll(async () => {
  network = await createNetwork();
});

describe('clean', () => {
  it('closes a job one second after its expiration, for anybody, with the rent to the payer', async () => {
    const place = await createMarketplace(network);
    const { chain } = place;
    const job = await finished(place);
    const ended = chain.now();
    const lamports = chain.lamportsOf(place.payer.address);
    for (const early of [0n, 1n, 86_399n, 86_400n]) {
      chain.setNow(ended + early);
      expectError(place.send(place.build.clean(job)), JOBS_ERRORS.JobNotExpired, { account: 'job' });
    }
    chain.setNow(ended + 86_401n);
    expectTokens(place, {}, () => place.succeed(place.build.clean(job)));
    expect(chain.dataOf(job)).toHaveLength(0);
    expect(chain.lamportsOf(job)).toBe(0n);
    expect(chain.lamportsOf(place.payer.address)).toBe(lamports + chain.rentFor(240));
  });

  it("goes by the market given, which need not be the job's", async () => {
    const place = await createMarketplace(network);
    const impatient = await createMarketplace(network, { jobExpiration: -1n });
    const job = await finished(place);
    place.succeed(place.build.clean(job, impatient.market));
    expect(place.chain.lamportsOf(job)).toBe(0n);
  });

  it('aborts where the age overflows', async () => {
    const place = await createMarketplace(network);
    const job = await finished(place);
    const data = place.chain.dataOf(job);
    data.set([0, 0, 0, 0, 0, 0, 0, 0x80], 209);
    place.chain.putAccount(job, place.chain.ownerOf(job), data);
    expectPanic(place.send(place.build.clean(job)), 'attempt to subtract with overflow');
  });
});

describe('clean_admin', () => {
  it.each([0, 2, 3])('closes a job of state %i', async (state) => {
    const place = await createMarketplace(network);
    const job = listed(place, 50n);
    const data = place.chain.dataOf(job);
    data.set([state], 208);
    place.chain.putAccount(job, place.chain.ownerOf(job), data);
    const lamports = place.chain.lamportsOf(place.payer.address);
    expectTokens(place, {}, () => place.succeed(place.build.cleanAdmin(job)));
    expect(place.chain.lamportsOf(job)).toBe(0n);
    expect(place.chain.lamportsOf(place.payer.address)).toBe(lamports + place.chain.rentFor(240));
    expect(place.tokens().vault).toBe(5_000n);
  });
});
