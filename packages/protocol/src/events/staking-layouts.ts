import * as client from '@nosana/stake-program';
import { isDerived } from '../addresses/derived.js';
import { fields, NO_ARGUMENTS } from './arguments.js';
import { byHand, type ClientInstruction, ofClient } from './define.js';
import { EARLY_ERAS_OVER, isFrom } from './jobs/dates.js';
import type { CallFacts, InstructionLayout } from './layout.js';

// Eras of the staking program, all of 2022: A, B (08-12: `stake` takes a longer duration), C (09-16: `updateSettings`,
// `extend` without its third account), D (10-26: `withdraw` and `close` instead of `claim`).

const CLAIM = '3ec6d6c1d59f6cd2';
const UPDATE_AUTHORITY = '202e401c954bf358';
const STAKE = 'ceb0ca12c8d1b36c';
const EXTEND = 'e47f0001e39a36a8';
const RESTAKE = '61a1f1a70620d535';
const SLASH = 'cc8d12a108b15c8e';

const OWNER = { node: 'authority' } as const;
const OF_OWNER = { roles: OWNER, vault: 'vault' } as const;

const startsWithSettings = ({ accounts: [first], network }: CallFacts): boolean =>
  first !== undefined && isDerived(first, network.stakingProgram, [{ text: 'settings' }]);

const isEarly = ({ blockTime }: CallFacts) => !isFrom(EARLY_ERAS_OVER, blockTime);

const today = (
  name: InstructionLayout['name'],
  form: string,
  instruction: ClientInstruction,
  rest: Parameters<typeof ofClient>[3] = OF_OWNER,
) => ofClient(name, form, instruction, rest);

export const STAKING_LAYOUTS: readonly InstructionLayout[] = [
  today(
    'init',
    'A',
    {
      discriminator: client.INIT_DISCRIMINATOR,
      accounts: client.INIT_INSTRUCTION_ACCOUNTS,
      decoder: client.getInitInstructionDataDecoder(),
    },
    { roles: {} },
  ),
  today('stake', 'B', {
    discriminator: client.STAKE_DISCRIMINATOR,
    accounts: client.STAKE_INSTRUCTION_ACCOUNTS,
    decoder: client.getStakeInstructionDataDecoder(),
  }),
  today('topup', 'A', {
    discriminator: client.TOPUP_DISCRIMINATOR,
    accounts: client.TOPUP_INSTRUCTION_ACCOUNTS,
    decoder: client.getTopupInstructionDataDecoder(),
  }),
  today('extend', 'C', {
    discriminator: client.EXTEND_DISCRIMINATOR,
    accounts: client.EXTEND_INSTRUCTION_ACCOUNTS,
    decoder: client.getExtendInstructionDataDecoder(),
  }),
  today('unstake', 'A', {
    discriminator: client.UNSTAKE_DISCRIMINATOR,
    accounts: client.UNSTAKE_INSTRUCTION_ACCOUNTS,
    decoder: client.getUnstakeInstructionDataDecoder(),
  }),
  today('restake', 'D', {
    discriminator: client.RESTAKE_DISCRIMINATOR,
    accounts: client.RESTAKE_INSTRUCTION_ACCOUNTS,
    decoder: client.getRestakeInstructionDataDecoder(),
  }),
  today('withdraw', 'D', {
    discriminator: client.WITHDRAW_DISCRIMINATOR,
    accounts: client.WITHDRAW_INSTRUCTION_ACCOUNTS,
    decoder: client.getWithdrawInstructionDataDecoder(),
  }),
  today('close', 'D', {
    discriminator: client.CLOSE_DISCRIMINATOR,
    accounts: client.CLOSE_INSTRUCTION_ACCOUNTS,
    decoder: client.getCloseInstructionDataDecoder(),
  }),
  today(
    'slash',
    'D',
    {
      discriminator: client.SLASH_DISCRIMINATOR,
      accounts: client.SLASH_INSTRUCTION_ACCOUNTS,
      decoder: client.getSlashInstructionDataDecoder(),
    },
    // The authority is the settings', not the stake's.
    { roles: {}, vault: 'vault', fits: (call) => !startsWithSettings(call) },
  ),
  today(
    'updateSettings',
    'C',
    {
      discriminator: client.UPDATE_SETTINGS_DISCRIMINATOR,
      accounts: client.UPDATE_SETTINGS_INSTRUCTION_ACCOUNTS,
      decoder: client.getUpdateSettingsInstructionDataDecoder(),
    },
    { roles: {} },
  ),

  byHand(
    'stake',
    'A',
    STAKE,
    'mint user vault stake authority systemProgram tokenProgram rent',
    fields({ amount: 'u64', duration: 'u64' }),
    OF_OWNER,
  ),
  byHand('restake', 'A', RESTAKE, 'stake authority', NO_ARGUMENTS, { roles: OWNER }),
  byHand('extend', 'A', EXTEND, '0 1 2', fields({ duration: 'u64' }), { roles: {}, fits: isEarly }),
  byHand('slash', 'A', SLASH, 'settings', fields({ amount: 'u64' }), {
    roles: {},
    fits: startsWithSettings,
    othersByPlace: true,
  }),
  byHand('claim', 'A', CLAIM, '', NO_ARGUMENTS, { roles: {}, othersByPlace: true }),
  byHand('updateAuthority', 'A', UPDATE_AUTHORITY, '', NO_ARGUMENTS, { roles: {}, othersByPlace: true }),
];
