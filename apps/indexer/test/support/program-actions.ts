import { buildRegisterNode, buildUpdateNode, type NodeDescription } from '@inferscan/protocol';
import type { Address } from '@solana/kit';

import { type Staker, stakerOf } from './staker.js';
import type { Action, World } from './world.js';

const DAY = 86_400n;

interface Position {
  readonly staker: Staker;
  phase: 'none' | 'staked' | 'unstaked';
  hasShare: boolean;
}

/** What happens in the programs beside jobs. */
export async function programActions(world: World) {
  const { chain, network, random, nodes, projects, send } = world;
  const people = await Promise.all([0, 1, 2].map(() => chain.person()));
  const positions: Position[] = await Promise.all(
    people.map(async (person) => ({
      staker: await stakerOf(network, person),
      phase: 'none' as const,
      hasShare: false,
    })),
  );
  const customer = await stakerOf(network, random.pick(projects));
  const registered = new Set<Address>();
  const amount = () => BigInt(1_000_000 + random.int(9_000_000));

  const by =
    (fits: (position: Position) => boolean, act: (position: Position) => Promise<void>): Action =>
    async () => {
      const found = positions.filter(fits);
      if (found.length === 0) return false;
      await act(random.pick(found));
      return true;
    };
  const isStaked = ({ phase }: Position): boolean => phase === 'staked';
  const sharing = (position: Position): boolean => isStaked(position) && position.hasShare;
  const alone = (position: Position): boolean => isStaked(position) && !position.hasShare;
  const does = ({ staker }: Position, ...instructions: Parameters<typeof send>[1]) =>
    send(staker.signer, instructions);

  const describe = (): NodeDescription => ({
    architecture: 'amd64',
    country: 528,
    cpu: 1 + random.int(64),
    gpu: random.int(8),
    memory: 1 + random.int(512),
    iops: 1 + random.int(60_000),
    storage: 1 + random.int(4_000),
    endpoint: `https://node-${random.int(1_000)}.example`,
    icon: '',
    version: '1.0',
  });

  return {
    stake: by(
      ({ phase }) => phase === 'none',
      async (position) => {
        await does(position, position.staker.stake(amount(), DAY * BigInt(14 + random.int(100))));
        position.phase = 'staked';
      },
    ),
    topup: by(isStaked, (position) => does(position, position.staker.topup(amount()))),
    extendStake: by(alone, (position) =>
      does(position, position.staker.extend(BigInt(1 + random.int(1_000)))),
    ),
    unstake: by(alone, async (position) => {
      await does(position, position.staker.unstake());
      position.phase = 'unstaked';
    }),
    restake: by(
      ({ phase }) => phase === 'unstaked',
      async (position) => {
        await does(position, position.staker.restake());
        position.phase = 'staked';
      },
    ),
    enter: by(alone, async (position) => {
      await does(position, position.staker.enter());
      position.hasShare = true;
    }),
    addFee: async () => {
      // Nobody shares what is paid into an empty pool.
      if (!positions.some(({ hasShare }) => hasShare)) return false;
      await send(customer.signer, [customer.addFee(amount())]);
      return true;
    },
    claimShare: by(sharing, (position) => does(position, position.staker.claim())),
    leave: by(sharing, async (position) => {
      await does(position, position.staker.leave());
      position.hasShare = false;
    }),
    describeNode: async () => {
      const node = random.pick(nodes);
      const input = { network, node, description: describe() };
      await send(node, [
        registered.has(node.address) ? await buildUpdateNode(input) : await buildRegisterNode(input),
      ]);
      registered.add(node.address);
      return true;
    },
  };
}
