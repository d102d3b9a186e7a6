import { putMint, putTokenAccount } from '../support/accounts.js';
import { REWARDS, STAKING } from '../support/addresses.js';
import { ANCHOR_ERRORS, COMMON_ERRORS, STAKING_ERRORS } from '../support/expectations.js';
import { describeProgramFailures, type ProgramCase } from '../support/program-table.js';
import {
  by,
  createStakingWorld,
  DAY,
  later,
  type PreparedStaking,
  STAKING_TABLE,
  type StakingWorld,
  slash,
  staked,
  stakeOfMint,
  stakeState,
  stakeVaultOf,
  unstaked,
} from './support.js';

type Case = ProgramCase<StakingWorld, PreparedStaking>;
type Spoil = Case['spoil'];

const stranger: Spoil = async ({ instruction }, world, edit) =>
  edit.replace(instruction, 'authority', (await world.newPerson()).address);
/** A token account with content, which is no stake's. */
const anotherVault: Spoil = async ({ instruction }, world, edit) =>
  edit.replace(instruction, 'vault', (await world.newPerson(5n)).nos);
/** The vault of somebody who staked as well. */
const strangersStake: Spoil = async ({ instruction }, world, edit) =>
  edit.replace(instruction, 'stake', (await unstaked(world)).stake);

const from = (account: string) => ({ account });

describeProgramFailures('constraints', createStakingWorld, STAKING_TABLE, [
  {
    of: 'init',
    because: 'the settings have one address',
    spoil: ({ instruction }, world, edit) => edit.replace(instruction, 'settings', world.addresses.next()),
    error: ANCHOR_ERRORS.ConstraintSeeds,
    from: from('settings'),
  },
  {
    of: 'stake',
    because: 'the mint is not NOS',
    spoil: async ({ instruction, staker: { address } }, world, edit) => {
      const mint = world.addresses.next();
      putMint(world.chain, mint, mint);
      const [vault, stake] = [await stakeVaultOf(address, mint), await stakeOfMint(address, mint)];
      const moved = edit.replace(edit.replace(instruction, 'vault', vault), 'stake', stake);
      return edit.replace(moved, 'mint', mint);
    },
    error: COMMON_ERRORS.InvalidMint,
    from: from('mint'),
  },
  {
    of: 'stake',
    because: "the vault is not at the owner's address",
    spoil: ({ instruction }, world, edit) => edit.replace(instruction, 'vault', world.addresses.next()),
    error: ANCHOR_ERRORS.ConstraintSeeds,
    from: from('vault'),
  },
  {
    of: 'stake',
    because: "the stake is not at the owner's address",
    spoil: ({ instruction }, world, edit) => edit.replace(instruction, 'stake', world.addresses.next()),
    error: ANCHOR_ERRORS.ConstraintSeeds,
    from: from('stake'),
  },
  ...(
    [
      [0n, 'DurationTooShort'],
      [14n * DAY - 1n, 'DurationTooShort'],
      [365n * DAY + 1n, 'DurationTooLong'],
      [1n << 64n, 'DurationTooLong'],
      [(1n << 128n) - 1n, 'DurationTooLong'],
    ] as const
  ).map(
    ([duration, error]): Case => ({
      of: 'stake',
      because: `for ${duration} seconds`,
      spoil: ({ staker }) => by(staker).stake(1n, duration),
      error: STAKING_ERRORS[error],
      from: { file: 'staking/instructions/stake.h' },
    }),
  ),
  ...(['topup', 'restake', 'withdraw', 'close', 'slash'] as const).map(
    (of): Case => ({
      of,
      because: "the vault is not the stake's",
      spoil: anotherVault,
      error: COMMON_ERRORS.InvalidVault,
      from: from('stake'),
    }),
  ),
  ...(['topup', 'extend', 'unstake', 'restake', 'withdraw', 'close'] as const).map(
    (of): Case => ({
      of,
      because: 'somebody else signs',
      spoil: stranger,
      error: COMMON_ERRORS.Unauthorized,
      from: from('stake'),
    }),
  ),
  ...(['extend', 'unstake'] as const).map(
    (of): Case => ({
      of,
      because: "the stake is somebody else's",
      spoil: strangersStake,
      error: COMMON_ERRORS.Unauthorized,
      from: from('stake'),
    }),
  ),
  ...(['topup', 'extend', 'unstake'] as const).map(
    (of): Case => ({
      of,
      because: 'after unstaking',
      spoil: ({ instruction, staker }, world) => {
        world.succeed(by(staker).unstake());
        return instruction;
      },
      error: STAKING_ERRORS.AlreadyUnstaked,
      from: from('stake'),
    }),
  ),
  {
    of: 'topup',
    because: 'by nothing',
    spoil: ({ staker }) => by(staker).topup(0n),
    error: STAKING_ERRORS.AmountNotEnough,
    from: { file: 'staking/instructions/topup.h' },
  },
  {
    of: 'extend',
    because: 'by nothing',
    spoil: ({ staker }) => by(staker).extend(0n),
    error: STAKING_ERRORS.DurationTooShort,
    from: { file: 'staking/instructions/extend.h' },
  },
  {
    of: 'extend',
    because: 'to more than a year',
    spoil: ({ staker }) => by(staker).extend(265n * DAY + 1n),
    error: STAKING_ERRORS.DurationTooLong,
    from: { file: 'staking/instructions/extend.h' },
  },
  {
    of: 'unstake',
    because: 'while there is a reward account',
    spoil: ({ instruction, staker }, world) => {
      world.chain.putAccount(staker.reward, REWARDS, new Uint8Array(80).fill(1));
      return instruction;
    },
    error: STAKING_ERRORS.HasReward,
    from: from('reward'),
  },
  {
    of: 'unstake',
    because: 'with some other closed account',
    spoil: ({ instruction }, world, edit) => edit.replace(instruction, 'reward', world.addresses.next()),
    error: COMMON_ERRORS.InvalidAccount,
    from: from('reward'),
  },
  {
    of: 'restake',
    because: 'before unstaking',
    spoil: async (_prepared, world) => by(await staked(world)).restake(),
    error: STAKING_ERRORS.AlreadyStaked,
    from: from('stake'),
  },
  {
    of: 'withdraw',
    because: 'before unstaking',
    spoil: async (_prepared, world) => by(await staked(world)).withdraw(),
    error: STAKING_ERRORS.NotUnstaked,
    from: from('stake'),
  },
  {
    of: 'withdraw',
    because: 'from an empty vault',
    spoil: ({ instruction, staker }, world) => {
      later(world, 100n * DAY);
      world.succeed(by(staker).withdraw());
      return instruction;
    },
    error: COMMON_ERRORS.VaultEmpty,
    from: from('vault'),
  },
  {
    of: 'close',
    because: 'before unstaking',
    spoil: async (_prepared, world) => by(await staked(world)).close(),
    error: STAKING_ERRORS.NotUnstaked,
    from: from('stake'),
  },
  {
    of: 'close',
    because: 'at the very end of its duration',
    spoil: async (_prepared, world) => {
      const staker = await unstaked(world, 10n, 14n * DAY);
      later(world, 14n * DAY);
      world.succeed(by(staker).withdraw());
      return by(staker).close();
    },
    error: STAKING_ERRORS.Locked,
    from: from('stake'),
  },
  {
    of: 'close',
    because: 'with tokens in the vault',
    spoil: async (_prepared, world) => {
      const staker = await unstaked(world, 10n, 14n * DAY);
      later(world, 14n * DAY + 1n);
      return by(staker).close();
    },
    error: COMMON_ERRORS.VaultNotEmpty,
    from: from('vault'),
  },
  {
    of: 'slash',
    because: 'more than is staked',
    spoil: ({ staker }, world) => slash(world, staker, stakeState(world, staker).amount + 1n),
    error: STAKING_ERRORS.AmountNotEnough,
    from: { file: 'staking/instructions/slash.h' },
  },
  {
    of: 'slash',
    because: 'into another account',
    spoil: ({ instruction, staker }, _world, edit) => edit.replace(instruction, 'tokenAccount', staker.nos),
    error: COMMON_ERRORS.InvalidTokenAccount,
    from: from('token_account'),
  },
  ...(['slash', 'updateSettings'] as const).flatMap((of): Case[] => [
    {
      of,
      because: 'somebody else signs',
      spoil: stranger,
      error: COMMON_ERRORS.Unauthorized,
      from: from('settings'),
    },
    {
      of,
      because: 'the settings are at another address',
      spoil: ({ instruction }, world, edit) => {
        const copy = world.addresses.next();
        world.chain.putAccount(copy, STAKING, world.chain.dataOf(world.settings));
        return edit.replace(instruction, 'settings', copy);
      },
      error: ANCHOR_ERRORS.ConstraintSeeds,
      from: from('settings'),
    },
  ]),
  {
    of: 'updateSettings',
    because: 'the account holds other tokens',
    spoil: ({ instruction, staker }, world, edit) => {
      const account = world.addresses.next();
      putTokenAccount(world.chain, account, { owner: staker.address, mint: world.addresses.next() });
      return edit.replace(instruction, 'tokenAccount', account);
    },
    error: ANCHOR_ERRORS.ConstraintTokenMint,
    from: 'nowhere',
  },
]);
