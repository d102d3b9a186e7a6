import {
  AccountRole,
  type Address,
  fixDecoderSize,
  getAddressDecoder,
  getBytesDecoder,
  getStructDecoder,
  getU8Decoder,
  getU64Encoder,
  getU128Decoder,
  type Instruction,
} from '@solana/kit';
import { rewardsProgramElf, stakingProgramElf } from '../../src/index.js';
import { DAY, newStaker, type Staker, staked } from '../staking/support.js';
import { reflectionAddress, rewardsVaultAddress } from '../support/accounts.js';
import { MINT, RENT, REWARDS, STAKING, SYSTEM, TOKEN } from '../support/addresses.js';
import type { ProgramTable } from '../support/program-table.js';
import { createProgramWorld, type Person, type ProgramWorld } from '../support/program-world.js';

export interface RewardsWorld extends ProgramWorld {
  readonly reflection: Address;
  readonly vault: Address;
  /** Pays fees. */
  readonly customer: Person;
}

export async function createRewardsWorld(): Promise<RewardsWorld> {
  const world = createProgramWorld([
    [STAKING, stakingProgramElf()],
    [REWARDS, rewardsProgramElf()],
  ]);
  const [reflection, vault] = [await reflectionAddress(), await rewardsVaultAddress()];
  return { ...world, reflection, vault, customer: await world.newPerson(1n << 63n) };
}

/** A world whose pool is there, and empty. */
export async function createPool(): Promise<RewardsWorld> {
  const world = await createRewardsWorld();
  world.succeed(initPool(world, await world.newPerson()));
  return world;
}

const [READ, WRITE, SIGN, PAY] = [
  AccountRole.READONLY,
  AccountRole.WRITABLE,
  AccountRole.READONLY_SIGNER,
  AccountRole.WRITABLE_SIGNER,
] as const;

const call = (
  discriminator: readonly number[],
  accounts: readonly (readonly [Address, AccountRole])[],
  args: Iterable<number> = [],
): Instruction => ({
  programAddress: REWARDS,
  accounts: accounts.map(([address, role]) => ({ address, role })),
  data: Uint8Array.from([...discriminator, ...args]),
});

export const initPool = (
  { reflection, vault }: Pick<RewardsWorld, 'reflection' | 'vault'>,
  payer: Person,
): Instruction =>
  call(
    [220, 59, 207, 236, 108, 250, 47, 100],
    [
      [MINT, READ],
      [reflection, WRITE],
      [vault, WRITE],
      [payer.address, PAY],
      [SYSTEM, READ],
      [TOKEN, READ],
      [RENT, READ],
    ],
  );

export const enter = ({ reflection }: RewardsWorld, { stake, reward, address }: Staker): Instruction =>
  call(
    [139, 49, 209, 114, 88, 91, 77, 134],
    [
      [reflection, WRITE],
      [stake, READ],
      [reward, WRITE],
      [address, PAY],
      [SYSTEM, READ],
    ],
  );

export const addFee = ({ reflection, vault, customer }: RewardsWorld, amount: bigint): Instruction =>
  call(
    [67, 225, 189, 212, 253, 123, 76, 112],
    [
      [customer.nos, WRITE],
      [reflection, WRITE],
      [vault, WRITE],
      [customer.address, SIGN],
      [TOKEN, READ],
    ],
    getU64Encoder().encode(amount),
  );

export const claim = (
  { reflection, vault }: RewardsWorld,
  { nos, stake, reward, address }: Staker,
): Instruction =>
  call(
    [62, 198, 214, 193, 213, 159, 108, 210],
    [
      [nos, WRITE],
      [vault, WRITE],
      [reflection, WRITE],
      [reward, WRITE],
      [stake, READ],
      [address, PAY],
      [TOKEN, READ],
    ],
  );

export const sync = ({ reflection }: RewardsWorld, { stake, reward }: Staker): Instruction =>
  call(
    [4, 219, 40, 164, 21, 157, 189, 88],
    [
      [reward, WRITE],
      [stake, READ],
      [reflection, WRITE],
    ],
  );

export const close = ({ reflection }: RewardsWorld, { reward, address }: Staker): Instruction =>
  call(
    [98, 165, 201, 177, 108, 65, 206, 96],
    [
      [reflection, WRITE],
      [reward, WRITE],
      [address, PAY],
    ],
  );

const poolDecoder = getStructDecoder([
  ['discriminator', fixDecoderSize(getBytesDecoder(), 8)],
  ['rate', getU128Decoder()],
  ['totalReflection', getU128Decoder()],
  ['totalXnos', getU128Decoder()],
  ['vault', getAddressDecoder()],
  ['vaultBump', getU8Decoder()],
]);
const rewardDecoder = getStructDecoder([
  ['discriminator', fixDecoderSize(getBytesDecoder(), 8)],
  ['authority', getAddressDecoder()],
  ['bump', getU8Decoder()],
  ['reflection', getU128Decoder()],
  ['xnos', getU128Decoder()],
]);

export interface Pool {
  rate: bigint;
  totalReflection: bigint;
  totalXnos: bigint;
}
export interface Share {
  reflection: bigint;
  xnos: bigint;
}

export const poolState = (world: RewardsWorld) => poolDecoder.decode(world.chain.dataOf(world.reflection));
export const rewardState = (world: RewardsWorld, { reward }: Staker) =>
  rewardDecoder.decode(world.chain.dataOf(reward));

export function poolNumbers(world: RewardsWorld): Pool {
  const { rate, totalReflection, totalXnos } = poolState(world);
  return { rate, totalReflection, totalXnos };
}
export function shareNumbers(world: RewardsWorld, staker: Staker): Share {
  const { reflection, xnos } = rewardState(world, staker);
  return { reflection, xnos };
}

/** Somebody in the pool, with 1,000 NOS for 100 days unless told otherwise. */
export async function entered(world: RewardsWorld, amount?: bigint, duration?: bigint): Promise<Staker> {
  const staker = await staked(world, amount, duration);
  world.succeed(enter(world, staker));
  return staker;
}

export interface PreparedReward {
  readonly instruction: Instruction;
  readonly staker: Staker;
}

type RewardsInstruction = 'init' | 'enter' | 'addFee' | 'claim' | 'sync' | 'close';

const tokens = { kind: 'tokens', writable: true } as const;
const reflection = { kind: 'state', owner: REWARDS, size: 89, writable: true } as const;
const reward = { kind: 'state', owner: REWARDS, size: 73, writable: true } as const;
const stake = { kind: 'state', owner: STAKING, size: 113 } as const;
const signer = { kind: 'signer' } as const;
const receiver = { kind: 'signer', writable: true } as const;
const program = { kind: 'program' } as const;
const at = { program: REWARDS, hasArguments: false } as const;

async function withPool(world: RewardsWorld): Promise<void> {
  if (world.chain.dataOf(world.reflection).length === 0)
    world.succeed(initPool(world, await world.newPerson()));
}

export const REWARDS_TABLE: ProgramTable<RewardsWorld, PreparedReward, RewardsInstruction> = {
  init: {
    ...at,
    accounts: {
      mint: { kind: 'mint' },
      reflection: { kind: 'created' },
      vault: { kind: 'created' },
      authority: signer,
      systemProgram: program,
      tokenProgram: program,
      rent: { kind: 'rent' },
    },
    async prepare(world) {
      for (const address of [world.reflection, world.vault])
        world.chain.putAccount(address, SYSTEM, new Uint8Array(), 0n);
      const staker = await newStaker(world);
      return { instruction: initPool(world, staker), staker };
    },
  },
  enter: {
    ...at,
    accounts: {
      reflection,
      stake,
      reward: { kind: 'created' },
      authority: signer,
      systemProgram: program,
    },
    async prepare(world) {
      await withPool(world);
      const staker = await staked(world);
      return { instruction: enter(world, staker), staker };
    },
  },
  addFee: {
    ...at,
    hasArguments: true,
    accounts: { user: tokens, reflection, vault: tokens, authority: signer, tokenProgram: program },
    async prepare(world) {
      await withPool(world);
      return { instruction: addFee(world, 5n), staker: await entered(world) };
    },
  },
  claim: {
    ...at,
    accounts: {
      user: tokens,
      vault: tokens,
      reflection,
      reward,
      stake,
      authority: receiver,
      tokenProgram: program,
    },
    async prepare(world) {
      await withPool(world);
      const staker = await entered(world, 1_000_000n, 365n * DAY);
      world.succeed(addFee(world, 1_000_000n));
      return { instruction: claim(world, staker), staker };
    },
  },
  sync: {
    ...at,
    accounts: { reward, stake, reflection },
    async prepare(world) {
      await withPool(world);
      const staker = await entered(world);
      return { instruction: sync(world, staker), staker };
    },
  },
  close: {
    ...at,
    accounts: { reflection, reward, authority: receiver },
    async prepare(world) {
      await withPool(world);
      const staker = await entered(world);
      return { instruction: close(world, staker), staker };
    },
  },
};
