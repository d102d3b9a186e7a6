import { putTokenAccount } from '../support/accounts.js';
import { digest } from '../support/builders.js';
import { COMMON_ERRORS, JOBS_ERRORS } from '../support/expectations.js';
import { describeFailures, type FailingCase } from '../support/failing.js';
import { finished, running } from '../support/situations.js';
import { otherMarket, otherVault, replaceWith, withJobState } from '../support/spoil.js';

const settlementCases = (of: 'finish' | 'end'): FailingCase[] => [
  {
    of,
    because: 'another market',
    spoil: otherMarket,
    error: JOBS_ERRORS.InvalidMarketAccount,
    from: { account: 'job' },
  },
  {
    of,
    because: "another market's vault",
    spoil: otherVault,
    error: COMMON_ERRORS.InvalidVault,
    from: { account: 'market' },
  },
  {
    of,
    because: 'not who paid for the run',
    spoil: replaceWith(of === 'finish' ? 'payerRun' : 'payer', (place) => place.stranger.address),
    error: COMMON_ERRORS.InvalidPayer,
    from: { account: 'run' },
  },
  {
    of,
    because: 'the run of another job',
    spoil: replaceWith('run', async (place) => (await running(place)).run),
    error: JOBS_ERRORS.InvalidJobAccount,
    from: { account: 'run' },
  },
  {
    of,
    because: 'the refund goes to somebody else',
    spoil: replaceWith('deposit', (place) => place.stranger.nos),
    error: COMMON_ERRORS.InvalidATA,
    from: { account: 'deposit' },
  },
  {
    of,
    because: "the refund goes to another account of the payer's",
    spoil: replaceWith('deposit', (place) => {
      const account = place.network.addresses.next();
      putTokenAccount(place.chain, account, { owner: place.payer.address });
      return account;
    }),
    error: COMMON_ERRORS.InvalidATA,
    from: { account: 'deposit' },
  },
];

const projectCases = (of: 'end' | 'recover'): FailingCase[] => [
  {
    of,
    because: 'somebody else signs for the project',
    spoil: replaceWith('authority', (place) => place.stranger.address),
    error: COMMON_ERRORS.Unauthorized,
    from: { account: 'job' },
  },
];

const zeroResult: FailingCase['spoil'] = ({ instruction }) => ({
  ...instruction,
  data: Uint8Array.from([...(instruction.data?.slice(0, 8) ?? []), ...digest(0)]),
});

describeFailures('constraints of settling', [
  ...settlementCases('finish'),
  ...settlementCases('end'),
  ...projectCases('end'),
  ...projectCases('recover'),
  {
    of: 'finish',
    because: 'not who paid for the job',
    spoil: replaceWith('payerJob', (place) => place.project.address),
    error: COMMON_ERRORS.InvalidPayer,
    from: { account: 'job' },
  },
  {
    of: 'finish',
    because: 'another node signs',
    spoil: replaceWith('authority', (place) => place.stranger.address),
    error: COMMON_ERRORS.Unauthorized,
    from: { account: 'run' },
  },
  {
    of: 'finish',
    because: 'the node is paid in another token',
    spoil: replaceWith('user', (place) => {
      const account = place.network.addresses.next();
      putTokenAccount(place.chain, account, { owner: place.node.address, mint: place.market });
      return account;
    }),
    error: COMMON_ERRORS.InvalidATA,
    from: { account: 'user' },
  },
  {
    of: 'finish',
    because: 'the result is zeros',
    spoil: zeroResult,
    error: JOBS_ERRORS.JobResultNull,
    from: { file: 'jobs/instructions/finish.h' },
  },
  {
    of: 'end',
    because: 'the node is paid elsewhere',
    spoil: replaceWith('user', (place) => place.stranger.nos),
    error: COMMON_ERRORS.InvalidATA,
    from: { account: 'user' },
  },
  {
    of: 'complete',
    because: 'the job is queued',
    spoil: withJobState(0),
    error: JOBS_ERRORS.JobInWrongState,
    from: { account: 'job' },
  },
  {
    of: 'complete',
    because: 'the job is stopped',
    spoil: withJobState(3),
    error: JOBS_ERRORS.JobInWrongState,
    from: { account: 'job' },
  },
  {
    of: 'complete',
    because: 'another node signs',
    spoil: replaceWith('authority', (place) => place.stranger.address),
    error: COMMON_ERRORS.Unauthorized,
    from: { account: 'job' },
  },
  {
    of: 'complete',
    because: 'finish has set the result',
    spoil: replaceWith('job', (place) => finished(place)),
    error: JOBS_ERRORS.JobResultsAlreadySet,
    from: { account: 'job' },
  },
  {
    of: 'complete',
    because: 'the result is zeros',
    spoil: zeroResult,
    error: JOBS_ERRORS.JobResultNull,
    from: { file: 'jobs/instructions/complete.h' },
  },
  {
    of: 'recover',
    because: 'not who paid for the job',
    spoil: replaceWith('payer', (place) => place.project.address),
    error: COMMON_ERRORS.InvalidPayer,
    from: { account: 'job' },
  },
  {
    of: 'recover',
    because: 'another market',
    spoil: otherMarket,
    error: JOBS_ERRORS.InvalidMarketAccount,
    from: { account: 'job' },
  },
  {
    of: 'recover',
    because: 'the job is queued',
    spoil: withJobState(0),
    error: JOBS_ERRORS.JobInWrongState,
    from: { account: 'job' },
  },
  {
    of: 'recover',
    because: 'the job is done',
    spoil: withJobState(2),
    error: JOBS_ERRORS.JobInWrongState,
    from: { account: 'job' },
  },
  {
    of: 'recover',
    because: "another market's vault",
    spoil: otherVault,
    error: COMMON_ERRORS.InvalidVault,
    from: { account: 'market' },
  },
  {
    of: 'finish',
    because: 'payer before job before node',
    spoil: async ({ instruction }, place, edit) => {
      const wrong = edit.replace(instruction, 'run', (await running(place)).run);
      const worse = edit.replace(wrong, 'authority', place.stranger.address);
      return edit.replace(worse, 'payerRun', place.stranger.address);
    },
    error: COMMON_ERRORS.InvalidPayer,
    from: { account: 'run' },
  },
]);
