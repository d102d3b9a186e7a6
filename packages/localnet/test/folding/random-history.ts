import { buildRegisterNode, buildUpdateNode, type NodeDescription } from '@inferscan/protocol';
import type { Instruction } from '@solana/kit';
import type { Random } from '../../src/faults/random.js';
import type { Wallet } from '../wallet.js';
import { adminOf, NETWORK, type Staker, stakerOf } from './calls.js';

const DAY = 86_400n;

export interface Actors {
  readonly stakers: readonly Wallet[];
  /** Pays fees and gives tokens away. */
  readonly customer: Wallet;
  readonly admin: Wallet;
}

interface Dice {
  below(limit: number): number;
  amount(): bigint;
  pick<T>(of: readonly [T, ...T[]]): T;
}

export function diceOf(random: Random): Dice {
  const below = (limit: number) => Math.floor(random() * limit);
  return {
    below,
    amount: () => BigInt(below(10 ** (1 + below(7)))),
    pick: <T>(of: readonly [T, ...T[]]): T => of[below(of.length)] ?? of[0],
  };
}

const description = (dice: Dice): NodeDescription => ({
  architecture: dice.pick(['amd64', 'arm64v8', 'riscv64']),
  country: 528,
  cpu: 1 + dice.below(200),
  gpu: dice.below(9),
  memory: 1 + dice.below(2_000),
  iops: 1 + dice.below(60_000),
  storage: 1 + dice.below(60_000),
  endpoint: 'x'.repeat(dice.below(20)),
  icon: dice.pick(['', 'ü']),
  version: `1.${dice.below(9)}`,
});

type Word = () => Instruction | Promise<Instruction>;

/** Everything that a staker can do, in an order in which all of it succeeds for a newcomer, given a fee in time. */
function words(dice: Dice, staker: Staker): [Word, ...Word[]] {
  const { signer } = staker;
  const describes = (build: typeof buildRegisterNode | typeof buildUpdateNode) => () =>
    build({ network: NETWORK, node: signer, description: description(dice) });
  return [
    () => staker.stake(1_000_000n + dice.amount(), BigInt(14 + dice.below(300)) * DAY),
    () => staker.topup(1n + dice.amount()),
    () => staker.extend(BigInt(1 + dice.below(50)) * DAY),
    () => staker.enter(),
    () => staker.sync(),
    () => staker.claim(),
    () => staker.leave(),
    () => staker.unstake(),
    () => staker.withdraw(),
    () => staker.restake(),
    describes(buildRegisterNode),
    describes(buildUpdateNode),
  ];
}

/** One thing that a staker may try; the chain decides whether it may. */
const attempt = (dice: Dice, staker: Staker): Instruction | Promise<Instruction> =>
  dice.below(12) === 0 ? staker.close() : dice.pick(words(dice, staker))();

/** Lets everybody try something at random, `rounds` times; `closeSlot` and `wait` move the chain on. */
export async function playAtRandom(
  actors: Actors,
  dice: Dice,
  rounds: number,
  chain: { closeSlot(): Promise<void>; wait(seconds: bigint): Promise<void> },
): Promise<void> {
  const stakers = await Promise.all(actors.stakers.map(({ key }) => stakerOf(key)));
  const customer = await stakerOf(actors.customer.key);
  const admin = await adminOf(actors.admin.key);
  const submit = async (wallet: Wallet, instructions: readonly Instruction[]) => {
    const { error } = await wallet.submit(await wallet.sign(instructions), { skipPreflight: true });
    if (error !== undefined) throw new Error(JSON.stringify(error));
  };
  await submit(actors.admin, [admin.settle()]);
  // A fee that comes into an empty pool leaves it worthless for ever.
  await submit(actors.customer, [customer.stake(1_000n, 365n * DAY), customer.enter()]);
  await chain.closeSlot();
  const [newcomer] = actors.stakers;
  if (newcomer === undefined) throw new Error('nobody stakes');
  // Each once where it must fail, the describing ones excepted, and once where it must succeed.
  const life = words(dice, await stakerOf(newcomer.key));
  for (const word of [...life.slice(1, -2), ...life]) {
    await submit(newcomer, [await word()]);
    await submit(actors.customer, [customer.addFee(1_000_000n)]);
    await chain.closeSlot();
    await chain.wait(DAY);
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const [at, wallet] of actors.stakers.entries()) {
      const staker = stakers[at];
      if (staker === undefined) continue;
      const first = await attempt(dice, staker);
      await submit(wallet, dice.below(3) === 0 ? [first, await attempt(dice, staker)] : [first]);
    }
    const victim = stakers[dice.below(stakers.length)];
    if (victim === undefined) continue;
    if (dice.below(2) === 0) await submit(actors.customer, [customer.addFee(dice.amount())]);
    if (dice.below(6) === 0) await submit(actors.customer, [customer.give(victim.vault, dice.amount())]);
    if (dice.below(3) === 0) await submit(actors.admin, [admin.slash(victim, 1n + dice.amount() / 100n)]);
    if (dice.below(3) === 0) {
      await submit(actors.admin, [await admin.audit(victim.signer.address, dice.below(2) === 0)]);
    }
    await chain.closeSlot();
    if (dice.below(3) === 0) await chain.wait(BigInt(dice.below(120)) * DAY + 1n);
  }
  // What came into vaults unseen shows when the stake is touched again.
  for (const [at, wallet] of actors.stakers.entries()) {
    const staker = stakers[at];
    if (staker === undefined) continue;
    await submit(wallet, [staker.topup(1n)]);
    await chain.closeSlot();
    await submit(wallet, [staker.restake()]);
    await chain.closeSlot();
  }
}
