import { beforeAll, describe, expect, it } from 'vitest';
import { jobsProgramElf, nodesProgramElf, rewardsProgramElf, stakingProgramElf } from '../src/index.js';
import { audit, nodeOf, register } from './nodes/support.js';
import { initPool } from './rewards/support.js';
import { by, DAY, type Staker, stakerOf, xnosOf } from './staking/support.js';
import { JOBS, NODES, REWARDS, STAKING, SYSTEM } from './support/addresses.js';
import { createEmptyChain } from './support/chain.js';
import { expectError, JOBS_ERRORS } from './support/expectations.js';
import { createMarketplace, createNetwork, type Marketplace } from './support/marketplace.js';
import { listed } from './support/situations.js';

const MINIMUM = xnosOf(5_000_000n, 180n * DAY);

/** No account of the network is put there by the test: each comes from the program that owns it. */
describe('the four programs together', () => {
  let place: Marketplace;
  let node: Staker;
  beforeAll(async () => {
    const chain = createEmptyChain([
      [JOBS, jobsProgramElf()],
      [NODES, nodesProgramElf()],
      [STAKING, stakingProgramElf()],
      [REWARDS, rewardsProgramElf()],
    ]);
    const network = await createNetwork(chain);
    place = await createMarketplace(network, { nodeXnosMinimum: MINIMUM });
    node = await stakerOf(place.node);
    for (const account of [network.reflection, network.rewardsVault, node.stake])
      chain.putAccount(account, SYSTEM, new Uint8Array(), 0n);
    chain.fund(node.address);
    place.succeed(initPool({ reflection: network.reflection, vault: network.rewardsVault }, node));
  });

  it('a node registers, stakes, works for its pay, and has to keep its stake', async () => {
    const account = await nodeOf(node.address);
    place.succeed(register(account, node.address, node.address), audit(account, 1));

    const job = listed(place);
    const run = place.network.addresses.signer();
    place.succeed(by(node).stake(4_999_999n, 180n * DAY));
    expectError(place.send(await place.build.work(run)), JOBS_ERRORS.NodeNotEnoughStake, {
      account: 'stake',
    });
    place.succeed(by(node).topup(1n), await place.build.work(run));

    place.chain.setNow(place.chain.now() + 10n);
    const before = place.tokens().node;
    place.succeed(place.build.finish(job, run.address));
    expect(place.tokens().node - before).toBe(1_000n);

    place.succeed(by(node).unstake());
    const again = await place.build.work(place.network.addresses.signer());
    expectError(place.send(again), JOBS_ERRORS.NodeNotEnoughStake, { account: 'stake' });
  });
});
