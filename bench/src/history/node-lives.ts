import { seek } from './offers.js';
import {
  auditNode,
  describeNode,
  type Machine,
  registerNode,
  stakeTokens,
  topUpStake,
} from './other-programs.js';
import type { Node } from './parties.js';
import type { World } from './world.js';

const MEAN_SECONDS_BETWEEN_CHANGES = 40_000;

/** Plans that all nodes come in, with a stake and a description, and that both change now and then. */
export function planNodes(world: World): void {
  const { random } = world;
  for (const [place, node] of world.nodes.entries()) {
    world.later(20 + place * 0.6 + random.int(3), () => enter(world, node));
  }
}

function enter(world: World, node: Node): void {
  const { random } = world;
  const machine: Machine = {
    cpu: random.between(4, 64),
    gpu: random.between(0, 8),
    memory: random.pick([16, 32, 64, 128]),
    version: '1.0.0',
  };
  const amount = BigInt(random.between(1_000_000, 2_000_000_000));
  world.transact(node.address, (draft) => stakeTokens(draft, node, amount));
  world.later(random.between(1, 5), () => {
    world.transact(node.address, (draft) => registerNode(draft, node, machine));
    seek(world, node);
  });
  if (random.chance(0.5)) {
    world.later(random.between(60, 600), () => {
      world.transact(world.admin, (draft) => auditNode(draft, node, world.admin));
    });
  }
  planChange(world, node, machine, 1);
}

function planChange(world: World, node: Node, machine: Machine, count: number): void {
  const { random } = world;
  world.later(10 + random.exponential(MEAN_SECONDS_BETWEEN_CHANGES), () => {
    if (world.listed >= world.wanted) return;
    if (random.chance(0.4)) {
      world.transact(node.address, (draft) => topUpStake(draft, node, BigInt(random.between(1, 50_000_000))));
    } else {
      world.transact(node.address, (draft) =>
        describeNode(draft, node, { ...machine, version: `1.0.${count}` }),
      );
    }
    planChange(world, node, machine, count + 1);
  });
}
