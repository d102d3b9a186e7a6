import { beforeAll, describe, expect, it } from 'vitest';
import { createMarketplace, createNetwork, type Network } from './support/marketplace.js';
import { INSTRUCTIONS, type InstructionName } from './support/situations.js';

/**
 * Compute units that clients of the network request for each instruction (the official kit's table): a transaction
 * built for the deployed program must fit here too. For the others, a tenth of what an instruction gets by default.
 */
const BUDGETS: Readonly<Record<InstructionName | 'open', bigint>> = {
  open: 37_000n,
  list: 23_000n,
  assign: 30_000n,
  work: 17_000n,
  complete: 5_000n,
  finish: 17_000n,
  quit: 7_000n,
  stop: 5_000n,
  extend: 17_000n,
  delist: 13_000n,
  close: 26_000n,
  end: 16_000n,
  update: 20_000n,
  closeAdmin: 20_000n,
  recover: 20_000n,
  claim: 20_000n,
  quitAdmin: 20_000n,
  clean: 20_000n,
  cleanAdmin: 20_000n,
};

let network: Network;
beforeAll(async () => {
  network = await createNetwork();
});

describe('compute units', () => {
  for (const name of Object.keys(INSTRUCTIONS) as InstructionName[]) {
    it(`${name} needs at most ${BUDGETS[name]}`, async () => {
      const place = await createMarketplace(network);
      const { instruction } = await INSTRUCTIONS[name].prepare(place);
      expect(place.succeed(instruction).computeUnits).toBeLessThanOrEqual(BUDGETS[name]);
    });
  }

  it(`open needs at most ${BUDGETS.open}`, async () => {
    const place = await createMarketplace(network);
    place.succeed(place.build.closeAdmin());
    expect(place.succeed(place.build.open()).computeUnits).toBeLessThanOrEqual(BUDGETS.open);
  });

  it('finding the last of 314 nodes stays far below the limit of an instruction', async () => {
    const place = await createMarketplace(network, { jobPrice: 0n });
    for (let i = 0; i < 313; i++) {
      place.succeed(await place.build.work(network.addresses.signer(), await place.newNode()));
    }
    const work = place.succeed(await place.build.work(network.addresses.signer()));
    const stop = place.succeed(place.build.stop());
    expect(work.computeUnits).toBeLessThan(50_000n);
    expect(stop.computeUnits).toBeLessThan(50_000n);
  });
});
