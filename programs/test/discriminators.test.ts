import {
  getJobAccountDiscriminatorBytes,
  getMarketAccountDiscriminatorBytes,
  getRunAccountDiscriminatorBytes,
} from '@nosana/jobs-program';
import { expect, it } from 'vitest';
import { createMarketplace, createNetwork } from './support/marketplace.js';

it('every account starts with the discriminator that clients filter by', async () => {
  const network = await createNetwork();
  const place = await createMarketplace(network, { jobPrice: 0n });
  const [job, run] = [network.addresses.signer(), network.addresses.signer()];
  place.succeed(await place.build.work(run));
  place.succeed(place.build.list(job, run));
  const start = (address: typeof place.market) => [...place.chain.dataOf(address).slice(0, 8)];
  expect(start(place.market)).toEqual([...getMarketAccountDiscriminatorBytes()]);
  expect(start(job.address)).toEqual([...getJobAccountDiscriminatorBytes()]);
  expect(start(run.address)).toEqual([...getRunAccountDiscriminatorBytes()]);
});
