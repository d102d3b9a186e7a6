import * as client from '@nosana/jobs-program';
import { fields } from '../arguments.js';
import { ofClient } from '../define.js';
import type { InstructionLayout } from '../layout.js';

const LISTING = fields({ ipfsJob: 'digest', timeout: 'i64' });
const RESULT = fields({ ipfsResult: 'digest' });

/** The forms that the program takes today. */
export const CURRENT_LAYOUTS: readonly InstructionLayout[] = [
  ofClient(
    'open',
    'F',
    {
      discriminator: client.OPEN_DISCRIMINATOR,
      accounts: client.OPEN_INSTRUCTION_ACCOUNTS,
      decoder: client.getOpenInstructionDataDecoder(),
    },
    { roles: { market: 'market' } },
  ),
  ofClient(
    'update',
    'I',
    {
      discriminator: client.UPDATE_DISCRIMINATOR,
      accounts: client.UPDATE_INSTRUCTION_ACCOUNTS,
      decoder: client.getUpdateInstructionDataDecoder(),
    },
    { roles: { market: 'market' } },
  ),
  ofClient(
    'close',
    'E',
    {
      discriminator: client.CLOSE_DISCRIMINATOR,
      accounts: client.CLOSE_INSTRUCTION_ACCOUNTS,
      decoder: client.getCloseInstructionDataDecoder(),
    },
    { roles: { market: 'market' } },
  ),
  ofClient(
    'closeAdmin',
    'H',
    {
      discriminator: client.CLOSE_ADMIN_DISCRIMINATOR,
      accounts: client.CLOSE_ADMIN_INSTRUCTION_ACCOUNTS,
      decoder: client.getCloseAdminInstructionDataDecoder(),
    },
    { roles: { market: 'market' } },
  ),
  ofClient(
    'list',
    'I',
    {
      discriminator: client.LIST_DISCRIMINATOR,
      accounts: client.LIST_INSTRUCTION_ACCOUNTS,
      decoder: client.getListInstructionDataDecoder(),
      args: LISTING,
    },
    { roles: { market: 'market', job: 'job', run: 'run', project: 'authority' }, createdOnMatch: 'run' },
  ),
  ofClient(
    'assign',
    'K',
    {
      discriminator: client.ASSIGN_DISCRIMINATOR,
      accounts: client.ASSIGN_INSTRUCTION_ACCOUNTS,
      decoder: client.getAssignInstructionDataDecoder(),
      args: LISTING,
    },
    { roles: { market: 'market', job: 'job', run: 'run', node: 'node', project: 'authority' } },
  ),
  ofClient(
    'delist',
    'J',
    {
      discriminator: client.DELIST_DISCRIMINATOR,
      accounts: client.DELIST_INSTRUCTION_ACCOUNTS,
      decoder: client.getDelistInstructionDataDecoder(),
    },
    { roles: { market: 'market', job: 'job', project: 'authority' } },
  ),
  ofClient(
    'extend',
    'L',
    {
      discriminator: client.EXTEND_DISCRIMINATOR,
      accounts: client.EXTEND_INSTRUCTION_ACCOUNTS,
      decoder: client.getExtendInstructionDataDecoder(),
      args: fields({ timeout: 'i64' }),
    },
    { roles: { market: 'market', job: 'job', project: 'authority' } },
  ),
  ofClient(
    'end',
    'J',
    {
      discriminator: client.END_DISCRIMINATOR,
      accounts: client.END_INSTRUCTION_ACCOUNTS,
      decoder: client.getEndInstructionDataDecoder(),
    },
    { roles: { market: 'market', job: 'job', run: 'run', project: 'authority' } },
  ),
  ofClient(
    'recover',
    'D',
    {
      discriminator: client.RECOVER_DISCRIMINATOR,
      accounts: client.RECOVER_INSTRUCTION_ACCOUNTS,
      decoder: client.getRecoverInstructionDataDecoder(),
    },
    { roles: { market: 'market', job: 'job', project: 'authority' } },
  ),
  ofClient(
    'work',
    'E',
    {
      discriminator: client.WORK_DISCRIMINATOR,
      accounts: client.WORK_INSTRUCTION_ACCOUNTS,
      decoder: client.getWorkInstructionDataDecoder(),
    },
    { roles: { market: 'market', run: 'run', node: 'authority' }, createdOnMatch: 'run' },
  ),
  ofClient(
    'stop',
    'K',
    {
      discriminator: client.STOP_DISCRIMINATOR,
      accounts: client.STOP_INSTRUCTION_ACCOUNTS,
      decoder: client.getStopInstructionDataDecoder(),
    },
    { roles: { market: 'market', node: 'node' } },
  ),
  ofClient(
    'claim',
    'E',
    {
      discriminator: client.CLAIM_DISCRIMINATOR,
      accounts: client.CLAIM_INSTRUCTION_ACCOUNTS,
      decoder: client.getClaimInstructionDataDecoder(),
    },
    { roles: { market: 'market', job: 'job', run: 'run', node: 'authority' } },
  ),
  ofClient(
    'finish',
    'L',
    {
      discriminator: client.FINISH_DISCRIMINATOR,
      accounts: client.FINISH_INSTRUCTION_ACCOUNTS,
      decoder: client.getFinishInstructionDataDecoder(),
      args: RESULT,
    },
    { roles: { market: 'market', job: 'job', run: 'run', node: 'authority' } },
  ),
  ofClient(
    'complete',
    'K',
    {
      discriminator: client.COMPLETE_DISCRIMINATOR,
      accounts: client.COMPLETE_INSTRUCTION_ACCOUNTS,
      decoder: client.getCompleteInstructionDataDecoder(),
      args: RESULT,
    },
    { roles: { job: 'job', node: 'authority' } },
  ),
  ofClient(
    'quit',
    'E',
    {
      discriminator: client.QUIT_DISCRIMINATOR,
      accounts: client.QUIT_INSTRUCTION_ACCOUNTS,
      decoder: client.getQuitInstructionDataDecoder(),
    },
    { roles: { job: 'job', run: 'run', node: 'authority' } },
  ),
  ofClient(
    'quitAdmin',
    'H',
    {
      discriminator: client.QUIT_ADMIN_DISCRIMINATOR,
      accounts: client.QUIT_ADMIN_INSTRUCTION_ACCOUNTS,
      decoder: client.getQuitAdminInstructionDataDecoder(),
    },
    { roles: { run: 'run' } },
  ),
  ofClient(
    'clean',
    'D',
    {
      discriminator: client.CLEAN_DISCRIMINATOR,
      accounts: client.CLEAN_INSTRUCTION_ACCOUNTS,
      decoder: client.getCleanInstructionDataDecoder(),
    },
    { roles: { market: 'market', job: 'job' } },
  ),
  ofClient(
    'cleanAdmin',
    'H',
    {
      discriminator: client.CLEAN_ADMIN_DISCRIMINATOR,
      accounts: client.CLEAN_ADMIN_INSTRUCTION_ACCOUNTS,
      decoder: client.getCleanAdminInstructionDataDecoder(),
    },
    { roles: { job: 'job' } },
  ),
];
