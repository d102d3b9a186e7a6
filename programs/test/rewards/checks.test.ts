import { by, DAY, rewrite, staked } from '../staking/support.js';
import { putMint, rewardsVaultAddress } from '../support/accounts.js';
import { REWARDS } from '../support/addresses.js';
import { ANCHOR_ERRORS, COMMON_ERRORS, STAKING_ERRORS } from '../support/expectations.js';
import { describeAccounts, describeProgramFailures, type ProgramCase } from '../support/program-table.js';
import {
  claim,
  close,
  createRewardsWorld,
  enter,
  entered,
  type PreparedReward,
  REWARDS_TABLE,
  type RewardsWorld,
  sync,
} from './support.js';

describeAccounts(createRewardsWorld, REWARDS_TABLE);

type Case = ProgramCase<RewardsWorld, PreparedReward>;
const from = (account: string) => ({ account });

describeProgramFailures('constraints', createRewardsWorld, REWARDS_TABLE, [
  {
    of: 'init',
    because: 'the pool has one address',
    spoil: ({ instruction }, world, edit) => edit.replace(instruction, 'reflection', world.addresses.next()),
    error: ANCHOR_ERRORS.ConstraintSeeds,
    from: from('reflection'),
  },
  {
    of: 'init',
    because: "the vault is not at the mint's address",
    spoil: ({ instruction }, world, edit) => edit.replace(instruction, 'vault', world.addresses.next()),
    error: ANCHOR_ERRORS.ConstraintSeeds,
    from: from('vault'),
  },
  {
    of: 'init',
    because: 'the mint is not NOS',
    spoil: async ({ instruction }, world, edit) => {
      const mint = world.addresses.next();
      putMint(world.chain, mint, mint);
      const vault = await rewardsVaultAddress(mint);
      return edit.replace(edit.replace(instruction, 'vault', vault), 'mint', mint);
    },
    error: COMMON_ERRORS.InvalidMint,
    from: from('mint'),
  },
  {
    of: 'enter',
    because: "the account is not at the owner's address",
    spoil: ({ instruction }, world, edit) => edit.replace(instruction, 'reward', world.addresses.next()),
    error: ANCHOR_ERRORS.ConstraintSeeds,
    from: from('reward'),
  },
  ...(['enter', 'claim'] as const).map(
    (of): Case => ({
      of,
      because: "the stake is somebody else's",
      spoil: async ({ instruction }, world, edit) =>
        edit.replace(instruction, 'stake', (await staked(world)).stake),
      error: COMMON_ERRORS.Unauthorized,
      from: from('stake'),
    }),
  ),
  {
    of: 'sync',
    because: "the stake is somebody else's",
    spoil: async ({ instruction }, world, edit) =>
      edit.replace(instruction, 'stake', (await staked(world)).stake),
    error: COMMON_ERRORS.Unauthorized,
    from: from('stake'),
  },
  {
    of: 'enter',
    because: 'after unstaking',
    spoil: ({ staker }, world) => {
      world.succeed(by(staker).unstake());
      return enter(world, staker);
    },
    error: STAKING_ERRORS.AlreadyUnstaked,
    from: from('stake'),
  },
  ...([claim, sync] as const).map(
    (build): Case => ({
      of: build === claim ? 'claim' : 'sync',
      because: 'after unstaking',
      spoil: ({ staker }, world) => {
        rewrite(world, staker, { timeUnstake: 1n }, 1n);
        return build(world, staker);
      },
      error: STAKING_ERRORS.AlreadyUnstaked,
      from: from('stake'),
    }),
  ),
  {
    of: 'claim',
    because: 'with a score that has gone down',
    spoil: ({ instruction, staker }, world) => {
      const data = world.chain.dataOf(staker.reward);
      new DataView(data.buffer).setBigUint64(57, 4_000_001n, true);
      world.chain.putAccount(staker.reward, REWARDS, data);
      return instruction;
    },
    error: STAKING_ERRORS.Decreased,
    from: from('stake'),
  },
  ...(['addFee', 'claim'] as const).map(
    (of): Case => ({
      of,
      because: "the vault is not the pool's",
      spoil: async ({ instruction }, world, edit) =>
        edit.replace(instruction, 'vault', (await world.newPerson()).nos),
      error: COMMON_ERRORS.InvalidVault,
      from: from('reflection'),
    }),
  ),
  {
    of: 'claim',
    because: 'for somebody else',
    spoil: async ({ staker }, world) => {
      const other = await entered(world, 10n, 14n * DAY);
      return claim(world, { ...staker, reward: other.reward });
    },
    error: COMMON_ERRORS.Unauthorized,
    from: from('reward'),
  },
  {
    of: 'close',
    because: "somebody else's",
    spoil: async ({ staker }, world) => close(world, { ...(await staked(world)), reward: staker.reward }),
    error: COMMON_ERRORS.Unauthorized,
    from: from('reward'),
  },
]);
