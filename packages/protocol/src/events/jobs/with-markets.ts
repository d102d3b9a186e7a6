import { type Address, address } from '@solana/kit';
import { isAssociatedTokenAccount, isDerived } from '../../addresses/derived.js';
import { type ArgumentReader, fields, NO_ARGUMENTS } from '../arguments.js';
import { byHand } from '../define.js';
import type { AccountRoles, CallFacts, InstructionLayout } from '../layout.js';
import { createdBytes } from '../system-calls.js';
import { tokenMovements } from '../token-movements.js';
import { EARLY_ERAS_OVER, isBefore, isFrom, SOURCE_CHANGED } from './dates.js';
import { DISCRIMINATORS } from './discriminators.js';

// Eras C to L: what differs from today's forms.

const IPFS_JOB = fields({ ipfsJob: 'digest' });
const RESULT = fields({ ipfsResult: 'digest' });
const TERMS_C = { jobPrice: 'u64', jobTimeout: 'i64', jobType: 'u8' } as const;
const TERMS_D = { jobExpiration: 'i64', ...TERMS_C } as const;

const MARKET: AccountRoles = { market: 'market' };
const JOB_BY_PROJECT: AccountRoles = { market: 'market', job: 'job', project: 'authority' };
const JOB_BY_NODE: AccountRoles = { market: 'market', job: 'job', node: 'authority' };
const WAITING_NODE: AccountRoles = { market: 'market', node: 'authority' };
const RUN_BY_NODE: AccountRoles = { ...JOB_BY_NODE, run: 'run' };

/** Clients passed it as the job of a waiting order in D; there is no such job. */
const NO_JOB: Address = address('dumxV9afosyVJ5LNGUmeo4JpuajWXRJ9SH8Mc8B3cGn');
/** Clients passed it as the run of a waiting job or node in E; there is no such run. */
const NO_RUN: Address = address('dumQVNHZ1KNcLmzjMaDPEA5vFCzwHEEcQmZ8JHmmCNH');
const NO_BALANCES: readonly [] = [];
const JOB_BYTES_IN_D = 232n;
const RUN_BYTES = 120n;

const form = (
  name: InstructionLayout['name'] & keyof typeof DISCRIMINATORS,
  era: string,
  accounts: string,
  args: ArgumentReader,
  roles: AccountRoles,
  rest: Partial<Pick<InstructionLayout, 'createdOnMatch' | 'fits'>> = {},
): InstructionLayout => byHand(name, era, DISCRIMINATORS[name], accounts, args, { roles, ...rest });

/** In D a job is the first account of `work`, later a run. */
function worksOnJob({ accounts: [first], blockTime, called }: CallFacts): boolean {
  if (first === undefined || first === NO_RUN) return false;
  if (first === NO_JOB) return true;
  const bytes = createdBytes(called, first);
  if (bytes === JOB_BYTES_IN_D) return true;
  return bytes !== RUN_BYTES && isFrom(SOURCE_CHANGED.D, blockTime) && isBefore(SOURCE_CHANGED.E, blockTime);
}

/** Until E2 the vault comes before the user's tokens. */
function vaultIsFirst({ accounts, blockTime, network }: CallFacts): boolean {
  const [, market, , first, second] = accounts;
  if (isFrom(EARLY_ERAS_OVER, blockTime) || market === undefined) return false;
  const isVault = (tokens: Address | undefined) =>
    tokens !== undefined && isDerived(tokens, network.jobsProgram, [market, network.nosMint]);
  return isVault(first) || (isBefore(SOURCE_CHANGED.E3, blockTime) && !isVault(second));
}

/** The token account that got the first of two transfers from the vault: the program pays first and refunds second. */
function paidFirst({ accounts: [, , , vault], called }: CallFacts): Address | null {
  const paid = tokenMovements(called, NO_BALANCES).filter(({ from }) => from === vault);
  return paid.length > 1 ? (paid[0]?.to ?? null) : null;
}

/** In H and I the receiver of the refund comes after the receiver of the payment. */
function depositIsSecond(call: CallFacts): boolean {
  const { accounts, blockTime, network } = call;
  const [, , , , first, second, , payer] = accounts;
  if (isFrom(SOURCE_CHANGED.L, blockTime) || first === second) return false;
  const paid = paidFirst(call);
  if (paid !== null) return paid === first;
  const isDeposit = (tokens: Address | undefined) =>
    tokens !== undefined && payer !== undefined && isAssociatedTokenAccount(tokens, payer, network.nosMint);
  return !isDeposit(first) && (isDeposit(second) || isBefore(SOURCE_CHANGED.J, blockTime));
}

const isZero = (data: Uint8Array, from: number): boolean => data.subarray(from).every((byte) => byte === 0);

/**
 * Of the two forms of `update` with 49 bytes the older has the upper half of a score at the end, always 0, and the newer
 * the timeout. Where the time allows one only it decides.
 */
function endsWithScore({ data, blockTime }: CallFacts): boolean {
  if (isBefore(SOURCE_CHANGED.H, blockTime)) return true;
  return !isFrom(SOURCE_CHANGED.I, blockTime) && isZero(data.subarray(0, 49), 41);
}

const isBeforeH = ({ blockTime }: CallFacts) => isBefore(SOURCE_CHANGED.H, blockTime);
const isBeforeL = ({ blockTime }: CallFacts) => isBefore(SOURCE_CHANGED.L, blockTime);

const FINISH_J = 'job run market vault deposit user payerRun project authority tokenProgram';
const FINISH_H = 'job run market vault user deposit payerRun project authority tokenProgram';
const LIST_END = 'payer rewardsReflection rewardsVault authority rewardsProgram tokenProgram systemProgram';
const UPDATE = 'market accessKey authority';
const OPEN_E2 = 'mint market vault authority accessKey rent systemProgram tokenProgram';

export const LAYOUTS_WITH_MARKETS: readonly InstructionLayout[] = [
  form('finish', 'H', FINISH_H, RESULT, { ...RUN_BY_NODE, project: 'project' }, { fits: depositIsSecond }),
  form('finish', 'J', FINISH_J, RESULT, { ...RUN_BY_NODE, project: 'project' }, { fits: isBeforeL }),
  form('finish', 'E', 'job run market vault user payer authority tokenProgram', RESULT, RUN_BY_NODE),
  form('finish', 'C', 'job market vault user authority tokenProgram', RESULT, JOB_BY_NODE),

  form(
    'extend',
    'I',
    'job market user vault rewardsReflection rewardsVault authority rewardsProgram tokenProgram',
    fields({ timeout: 'i64' }),
    JOB_BY_PROJECT,
  ),

  form(
    'list',
    'E',
    `job market run vault user ${LIST_END}`,
    IPFS_JOB,
    { ...JOB_BY_PROJECT, run: 'run' },
    { createdOnMatch: 'run', fits: vaultIsFirst },
  ),
  form(
    'list',
    'E3',
    `job market run user vault ${LIST_END}`,
    IPFS_JOB,
    { ...JOB_BY_PROJECT, run: 'run' },
    { createdOnMatch: 'run' },
  ),
  form('list', 'D', `job market vault user ${LIST_END}`, IPFS_JOB, JOB_BY_PROJECT, { createdOnMatch: 'job' }),

  form(
    'work',
    'D',
    'job market payer stake nft metadata authority systemProgram',
    NO_ARGUMENTS,
    JOB_BY_NODE,
    { createdOnMatch: 'job', fits: worksOnJob },
  ),
  form('stop', 'D', 'market authority', NO_ARGUMENTS, WAITING_NODE),
  form('quit', 'D', 'job authority', NO_ARGUMENTS, { job: 'job', node: 'authority' }),
  form('claim', 'D', 'job market stake nft metadata authority', NO_ARGUMENTS, JOB_BY_NODE),
  form('close', 'D', 'market vault authority tokenProgram', NO_ARGUMENTS, MARKET),

  form('open', 'E2', OPEN_E2, fields({ ...TERMS_D, nodeXnosMinimum: 'u64' }), MARKET),
  form(
    'open',
    'D',
    'mint market vault placeholder authority accessKey rent systemProgram tokenProgram',
    fields({ ...TERMS_D, nodeXnosMinimum: 'u64' }),
    MARKET,
  ),
  form('update', 'F', UPDATE, fields({ ...TERMS_D, nodeStakeMinimum: 'u128' }), MARKET, {
    fits: endsWithScore,
  }),
  form('update', 'D', UPDATE, fields({ ...TERMS_D, nodeStakeMinimum: 'u64' }), MARKET, { fits: isBeforeH }),
  form(
    'update',
    'H',
    UPDATE,
    fields({ jobExpiration: 'i64', jobPrice: 'u64', jobType: 'u8', nodeStakeMinimum: 'u128' }),
    MARKET,
  ),
  form('update', 'C6', UPDATE, fields({ ...TERMS_C, nodeStakeMinimum: 'u64' }), MARKET),

  form('stop', 'C6', 'market vault authority tokenProgram', NO_ARGUMENTS, MARKET),
  form(
    'init',
    'C3',
    'mint market vault authority accessKey rent systemProgram tokenProgram',
    fields({ ...TERMS_C, nodeStakeMinimum: 'u64' }),
    MARKET,
  ),
  form('init', 'C', 'mint market vault authority rent systemProgram tokenProgram', fields(TERMS_C), MARKET),
  form(
    'create',
    'C2',
    'job market vault user feePayer authority rewardsReflection rewardsVault rewardsProgram tokenProgram systemProgram',
    IPFS_JOB,
    JOB_BY_PROJECT,
  ),
  form(
    'create',
    'C',
    'job market vault user feePayer authority tokenProgram systemProgram',
    IPFS_JOB,
    JOB_BY_PROJECT,
  ),
  form('enter', 'C', 'authority market vault stake nft metadata', NO_ARGUMENTS, WAITING_NODE),
  form('exit', 'C', 'market authority', NO_ARGUMENTS, WAITING_NODE),
  form('claim', 'C', 'job market vault stake nft metadata authority', NO_ARGUMENTS, JOB_BY_NODE),
  form('cancel', 'C', 'job authority', NO_ARGUMENTS, { job: 'job', node: 'authority' }),
  form('close', 'C', 'job market vault user authority tokenProgram', NO_ARGUMENTS, JOB_BY_PROJECT),
];
