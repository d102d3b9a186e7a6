import * as client from '@nosana/stake-program';
import {
  type Address,
  address,
  createNoopSigner,
  getAddressEncoder,
  getProgramDerivedAddress,
  type Instruction,
} from '@solana/kit';
import { DEFAULT_MARKET_ADMIN, stakingProgramElf } from '../../src/index.js';
import { putTokenAccount, stakeOf } from '../support/accounts.js';
import { MINT, REWARDS, STAKING } from '../support/addresses.js';
import type { ProgramTable } from '../support/program-table.js';
import { createProgramWorld, type Person, type ProgramWorld } from '../support/program-world.js';

export const DAY = 86_400n;
/** Where slashed tokens go at first. */
export const SLASH_ACCOUNT = address('HLtABkKqsUjb4ECPEnvad6HN7QYf6ANHahAeZQXrAGgV');
export const SLASHER = createNoopSigner(address(DEFAULT_MARKET_ADMIN));
/** What every staker has before staking. */
export const TOKENS = 10_000_000_000n;

async function derive(program: Address, ...seeds: (string | Address)[]): Promise<Address> {
  const parts = seeds.map((seed, index) =>
    index === 0 ? seed : getAddressEncoder().encode(seed as Address),
  );
  const [derived] = await getProgramDerivedAddress({ programAddress: program, seeds: parts });
  return derived;
}
const settingsAddress = () => derive(STAKING, 'settings');
export const stakeVaultOf = (owner: Address, mint: Address = MINT) => derive(STAKING, 'vault', mint, owner);
export const stakeOfMint = (owner: Address, mint: Address) => derive(STAKING, 'stake', mint, owner);
const rewardOf = (owner: Address) => derive(REWARDS, 'reward', owner);

export interface StakingWorld extends ProgramWorld {
  readonly settings: Address;
}

export async function createStakingWorld(): Promise<StakingWorld> {
  const world = createProgramWorld([[STAKING, stakingProgramElf()]]);
  putTokenAccount(world.chain, SLASH_ACCOUNT, { owner: SLASHER.address });
  world.chain.fund(SLASHER.address);
  return { ...world, settings: await settingsAddress() };
}

export interface Staker extends Person {
  readonly stake: Address;
  readonly vault: Address;
  readonly reward: Address;
}

export async function stakerOf({ address, signer, nos }: Person): Promise<Staker> {
  const [stake, vault, reward] = [
    await stakeOf(address),
    await stakeVaultOf(address),
    await rewardOf(address),
  ];
  return { address, signer, nos, stake, vault, reward };
}

export const newStaker = async (world: ProgramWorld, tokens = TOKENS): Promise<Staker> =>
  stakerOf(await world.newPerson(tokens));

/** The instructions of one staker. */
export const by = ({ signer, nos, stake, vault, reward }: Staker) => ({
  stake: (amount: bigint, duration: bigint): Instruction =>
    client.getStakeInstruction({ mint: MINT, user: nos, vault, stake, authority: signer, amount, duration }),
  topup: (amount: bigint): Instruction =>
    client.getTopupInstruction({ user: nos, vault, stake, authority: signer, amount }),
  extend: (duration: bigint): Instruction =>
    client.getExtendInstruction({ stake, authority: signer, duration }),
  unstake: (): Instruction => client.getUnstakeInstruction({ stake, reward, authority: signer }),
  restake: (): Instruction => client.getRestakeInstruction({ vault, stake, authority: signer }),
  withdraw: (): Instruction => client.getWithdrawInstruction({ user: nos, vault, stake, authority: signer }),
  close: (): Instruction => client.getCloseInstruction({ user: nos, stake, vault, authority: signer }),
});

export const initSettings = (world: StakingWorld, payer: Person): Instruction =>
  client.getInitInstruction({ settings: world.settings, authority: payer.signer });

export const slash = (world: StakingWorld, staker: Staker, amount: bigint): Instruction =>
  client.getSlashInstruction({
    vault: staker.vault,
    stake: staker.stake,
    tokenAccount: SLASH_ACCOUNT,
    settings: world.settings,
    authority: SLASHER,
    amount,
  });

export const stakeState = (world: ProgramWorld, { stake }: Staker) =>
  client.getStakeAccountDecoder().decode(world.chain.dataOf(stake));

/** What a stake is worth, by the network's definition. */
export const xnosOf = (amount: bigint, duration: bigint): bigint =>
  (((duration * 10n ** 15n) / 10_512_000n + 10n ** 15n) * amount) / 10n ** 15n;

/** Puts other numbers into a stake and its vault, as only years of history could. */
export function rewrite(
  world: ProgramWorld,
  staker: Staker,
  fields: { amount?: bigint; duration?: bigint; timeUnstake?: bigint },
  balance: bigint,
): void {
  const state = { ...stakeState(world, staker), ...fields };
  const data = world.chain.dataOf(staker.stake);
  data.set(client.getStakeAccountEncoder().encode(state));
  world.chain.putAccount(staker.stake, STAKING, data);
  putTokenAccount(world.chain, staker.vault, { owner: staker.vault, amount: balance });
}

/** A stake of 1,000 NOS for 100 days. */
export async function staked(
  world: ProgramWorld,
  amount = 1_000_000_000n,
  duration = 100n * DAY,
): Promise<Staker> {
  const staker = await newStaker(world, amount > TOKENS ? amount : TOKENS);
  world.succeed(by(staker).stake(amount, duration));
  return staker;
}

export async function unstaked(world: ProgramWorld, amount?: bigint, duration?: bigint): Promise<Staker> {
  const staker = await staked(world, amount, duration);
  world.succeed(by(staker).unstake());
  return staker;
}

export const later = (world: ProgramWorld, seconds: bigint): void =>
  world.chain.setNow(world.chain.now() + seconds);

/** The settings as `init` leaves them. */
async function withSettings(world: StakingWorld): Promise<void> {
  if (world.chain.dataOf(world.settings).length === 0)
    world.succeed(initSettings(world, await world.newPerson()));
}

export interface PreparedStaking {
  readonly instruction: Instruction;
  readonly staker: Staker;
}

const tokens = { kind: 'tokens', writable: true } as const;
const stake = { kind: 'state', owner: STAKING, size: 113, writable: true } as const;
const signer = { kind: 'signer' } as const;
const payer = { kind: 'signer', writable: true } as const;
const program = { kind: 'program' } as const;
const rent = { kind: 'rent' } as const;
const at = { program: STAKING } as const;

type StakingInstruction =
  | 'init'
  | 'stake'
  | 'topup'
  | 'extend'
  | 'unstake'
  | 'restake'
  | 'withdraw'
  | 'close'
  | 'slash'
  | 'updateSettings';

export const STAKING_TABLE: ProgramTable<StakingWorld, PreparedStaking, StakingInstruction> = {
  init: {
    ...at,
    hasArguments: false,
    accounts: { settings: { kind: 'created' }, authority: signer, systemProgram: program, rent },
    async prepare(world) {
      world.chain.putAccount(world.settings, STAKING, new Uint8Array(), 0n);
      const staker = await newStaker(world);
      return { instruction: initSettings(world, staker), staker };
    },
  },
  stake: {
    ...at,
    hasArguments: true,
    accounts: {
      mint: { kind: 'mint' },
      user: tokens,
      vault: { kind: 'created' },
      stake: { kind: 'created' },
      authority: signer,
      systemProgram: program,
      tokenProgram: program,
      rent,
    },
    async prepare(world) {
      const staker = await newStaker(world);
      return { instruction: by(staker).stake(1_000n, 14n * DAY), staker };
    },
  },
  topup: {
    ...at,
    hasArguments: true,
    accounts: { user: tokens, vault: tokens, stake, authority: signer, tokenProgram: program },
    async prepare(world) {
      const staker = await staked(world);
      return { instruction: by(staker).topup(5n), staker };
    },
  },
  extend: {
    ...at,
    hasArguments: true,
    accounts: { stake, authority: signer },
    async prepare(world) {
      const staker = await staked(world);
      return { instruction: by(staker).extend(DAY), staker };
    },
  },
  unstake: {
    ...at,
    hasArguments: false,
    accounts: { stake, reward: { kind: 'any' }, authority: signer },
    async prepare(world) {
      const staker = await staked(world);
      return { instruction: by(staker).unstake(), staker };
    },
  },
  restake: {
    ...at,
    hasArguments: false,
    accounts: { vault: tokens, stake, authority: signer },
    async prepare(world) {
      const staker = await unstaked(world);
      return { instruction: by(staker).restake(), staker };
    },
  },
  withdraw: {
    ...at,
    hasArguments: false,
    accounts: { user: tokens, vault: tokens, stake, authority: payer, tokenProgram: program },
    async prepare(world) {
      const staker = await unstaked(world);
      later(world, DAY);
      return { instruction: by(staker).withdraw(), staker };
    },
  },
  close: {
    ...at,
    hasArguments: false,
    accounts: { user: tokens, stake, vault: tokens, authority: payer, tokenProgram: program },
    async prepare(world) {
      const staker = await unstaked(world, 1_000n, 14n * DAY);
      later(world, 14n * DAY + 1n);
      world.succeed(by(staker).withdraw());
      return { instruction: by(staker).close(), staker };
    },
  },
  slash: {
    ...at,
    hasArguments: true,
    accounts: {
      vault: tokens,
      stake,
      tokenAccount: tokens,
      settings: { kind: 'state', owner: STAKING, size: 72 },
      authority: signer,
      tokenProgram: program,
    },
    async prepare(world) {
      await withSettings(world);
      const staker = await staked(world);
      return { instruction: slash(world, staker, 7n), staker };
    },
  },
  updateSettings: {
    ...at,
    hasArguments: false,
    accounts: {
      newAuthority: { kind: 'any' },
      tokenAccount: { kind: 'tokens' },
      settings: { kind: 'state', owner: STAKING, size: 72, writable: true },
      authority: signer,
    },
    async prepare(world) {
      await withSettings(world);
      const instruction = client.getUpdateSettingsInstruction({
        newAuthority: SLASHER.address,
        tokenAccount: SLASH_ACCOUNT,
        settings: world.settings,
        authority: SLASHER,
      });
      return { instruction, staker: await newStaker(world) };
    },
  },
};
