import type { Address } from '@solana/kit';
import { isDerived } from '../../addresses/derived.js';
import { type ArgumentReader, fields, NO_ARGUMENTS } from '../arguments.js';
import { byHand } from '../define.js';
import type { AccountRoles, CallFacts, InstructionLayout } from '../layout.js';
import { EARLY_ERAS_OVER, isBefore, isFrom, SOURCE_CHANGED } from './dates.js';
import { DISCRIMINATORS } from './discriminators.js';

// Eras A and B: another mint, one vault, projects with lists of jobs. Where the source dropped an account between A and A3
// without a date, the form is called A2.

const BUMP = fields({ bump: 'u8' });
const RESULT = fields({ ipfsResult: 'digest' });
const RESULT_AND_BUMP = fields({ bump: 'u8', ipfsResult: 'digest' });
const AMOUNT_AND_JOB = fields({ amount: 'u64', ipfsJob: 'digest' });

const BY_PROJECT: AccountRoles = { project: 'authority' };
const JOB_BY_PROJECT: AccountRoles = { job: 'job', project: 'authority' };
const JOB_BY_NODE: AccountRoles = { job: 'job', node: 'authority' };

const form = (
  name: InstructionLayout['name'] & keyof typeof DISCRIMINATORS,
  era: string,
  accounts: string,
  args: ArgumentReader,
  roles: AccountRoles,
  fits?: InstructionLayout['fits'],
): InstructionLayout =>
  byHand(name, era, DISCRIMINATORS[name], accounts, args, { roles, ...(fits ? { fits } : {}) });

const isVault = (candidate: Address | undefined, { accounts: [mint], network }: CallFacts): boolean =>
  candidate !== undefined && mint !== undefined && isDerived(candidate, network.jobsProgram, [mint]);

/** A5 has the vault before the authority. */
function vaultIsSecond(call: CallFacts): boolean {
  const [, second, third] = call.accounts;
  return isVault(second, call) || (isFrom(SOURCE_CHANGED.A5, call.blockTime) && !isVault(third, call));
}

/** In B the first account is a project's; a market is not derived. */
function firstIsProject({ accounts, blockTime, network }: CallFacts): boolean {
  if (isBefore(SOURCE_CHANGED.D, blockTime)) return true;
  const [project, authority] = accounts;
  if (isFrom(EARLY_ERAS_OVER, blockTime) || project === undefined || authority === undefined) return false;
  return isDerived(project, network.jobsProgram, [{ text: 'project' }, authority]);
}

const isBeforeMarkets = ({ blockTime }: CallFacts) => isBefore(SOURCE_CHANGED.D, blockTime);

export const LAYOUTS_BEFORE_MARKETS: readonly InstructionLayout[] = [
  form('stop', 'B', 'project authority', NO_ARGUMENTS, BY_PROJECT, firstIsProject),
  form('init', 'B', 'mint vault authority systemProgram tokenProgram rent', NO_ARGUMENTS, {}),
  form('start', 'B', 'project authority systemProgram', NO_ARGUMENTS, BY_PROJECT),
  form(
    'create',
    'B',
    'job project vault user feePayer authority tokenProgram systemProgram',
    AMOUNT_AND_JOB,
    JOB_BY_PROJECT,
  ),
  form('claim', 'B2', 'project job stake nft metadata authority', NO_ARGUMENTS, JOB_BY_NODE, isBeforeMarkets),
  form('claim', 'B', 'project job stake nft authority', NO_ARGUMENTS, JOB_BY_NODE),
  form('finish', 'B', 'user job vault authority tokenProgram', RESULT, JOB_BY_NODE),
  form('cancel', 'B', 'project job vault user authority tokenProgram', NO_ARGUMENTS, JOB_BY_PROJECT),
  form('reclaim', 'B', 'job authority', NO_ARGUMENTS, JOB_BY_NODE),
  form('close', 'B', 'job authority', NO_ARGUMENTS, JOB_BY_PROJECT),

  form(
    'initVault',
    'A5',
    'mint vault authority systemProgram tokenProgram rent',
    NO_ARGUMENTS,
    {},
    vaultIsSecond,
  ),
  form('initVault', 'A4', 'mint authority vault systemProgram tokenProgram rent', NO_ARGUMENTS, {}),
  form('initVault', 'A', 'mint authority vault systemProgram tokenProgram rent', BUMP, {}),
  form('initProject', 'A', 'jobs feePayer authority systemProgram', NO_ARGUMENTS, BY_PROJECT),
  form(
    'createJob',
    'A',
    'job jobs vault user feePayer authority tokenProgram systemProgram',
    AMOUNT_AND_JOB,
    JOB_BY_PROJECT,
  ),
  form('claimJob', 'A3', 'jobs job stake nft authority clock', NO_ARGUMENTS, JOB_BY_NODE),
  form('claimJob', 'A2', 'jobs job authority clock', NO_ARGUMENTS, JOB_BY_NODE),
  form('claimJob', 'A', 'jobs job authority systemProgram clock', NO_ARGUMENTS, JOB_BY_NODE),
  form('finishJob', 'A5', 'user job vault authority tokenProgram', RESULT, JOB_BY_NODE),
  form('finishJob', 'A4', 'job vault user authority tokenProgram clock', RESULT, JOB_BY_NODE),
  form('finishJob', 'A4', 'job vault user authority systemProgram tokenProgram clock', RESULT, JOB_BY_NODE),
  form('finishJob', 'A2', 'job vault user authority tokenProgram clock', RESULT_AND_BUMP, JOB_BY_NODE),
  form(
    'finishJob',
    'A',
    'job vault user authority systemProgram tokenProgram clock',
    RESULT_AND_BUMP,
    JOB_BY_NODE,
  ),
  form('cancelJob', 'A4', 'jobs job vault user authority tokenProgram', NO_ARGUMENTS, JOB_BY_PROJECT),
  form(
    'cancelJob',
    'A4',
    'jobs job vault user authority systemProgram tokenProgram',
    NO_ARGUMENTS,
    JOB_BY_PROJECT,
  ),
  form('cancelJob', 'A2', 'jobs job vault user authority tokenProgram', BUMP, JOB_BY_PROJECT),
  form('cancelJob', 'A', 'jobs job vault user authority systemProgram tokenProgram', BUMP, JOB_BY_PROJECT),
  form('reclaimJob', 'A5', 'job authority', NO_ARGUMENTS, JOB_BY_NODE),
  form('reclaimJob', 'A2', 'job authority clock', NO_ARGUMENTS, JOB_BY_NODE),
  form('closeJob', 'A3', 'job authority', NO_ARGUMENTS, JOB_BY_PROJECT),
];
