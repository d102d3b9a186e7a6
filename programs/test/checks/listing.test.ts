import { COMMON_ERRORS, JOBS_ERRORS } from '../support/expectations.js';
import { describeFailures } from '../support/failing.js';
import { listed } from '../support/situations.js';
import { otherMarket, otherVault, patch, replaceWith, withJobState } from '../support/spoil.js';

const wrongPaying = replaceWith('user', (place) => place.project.nos);

describeFailures('constraints of listings', [
  {
    of: 'list',
    because: "another market's vault",
    spoil: otherVault,
    error: COMMON_ERRORS.InvalidVault,
    from: { account: 'market' },
  },
  {
    of: 'list',
    because: 'run did not sign',
    spoil: ({ instruction }, _place, edit) => edit.unsign(instruction, 'run'),
    error: COMMON_ERRORS.MissingSignature,
    from: { account: 'run' },
  },
  {
    of: 'list',
    because: 'run has lamports',
    spoil: ({ instruction, run }, place) => {
      place.chain.fund(run, 1n);
      return instruction;
    },
    error: COMMON_ERRORS.LamportsNonNull,
    from: { account: 'run' },
  },
  {
    of: 'list',
    because: 'not the account of the payer',
    spoil: wrongPaying,
    error: COMMON_ERRORS.InvalidATA,
    from: { account: 'user' },
  },
  {
    of: 'assign',
    because: "another market's vault",
    spoil: otherVault,
    error: COMMON_ERRORS.InvalidVault,
    from: { account: 'market' },
  },
  {
    of: 'assign',
    because: 'jobs wait, no nodes',
    spoil: ({ instruction }, place) => {
      place.succeed(place.build.stop());
      listed(place);
      return instruction;
    },
    error: JOBS_ERRORS.MarketInWrongState,
    from: { account: 'market' },
  },
  {
    of: 'assign',
    because: 'the queue is empty',
    spoil: ({ instruction }, place) => {
      place.succeed(place.build.stop());
      return instruction;
    },
    error: JOBS_ERRORS.MarketInWrongState,
    from: { account: 'market' },
  },
  {
    of: 'assign',
    because: 'not the account of the payer',
    spoil: wrongPaying,
    error: COMMON_ERRORS.InvalidATA,
    from: { account: 'user' },
  },
  {
    of: 'assign',
    because: 'the node is not in the queue',
    spoil: replaceWith('node', (place) => place.stranger.address),
    error: JOBS_ERRORS.NotInMarketQueue,
    from: { file: 'jobs/queue.h' },
  },
  {
    of: 'delist',
    because: 'not the payer',
    spoil: replaceWith('payer', (place) => place.project.address),
    error: COMMON_ERRORS.InvalidPayer,
    from: { account: 'job' },
  },
  {
    of: 'delist',
    because: 'another market',
    spoil: otherMarket,
    error: JOBS_ERRORS.InvalidMarketAccount,
    from: { account: 'job' },
  },
  {
    of: 'delist',
    because: 'the payer signs for the project',
    spoil: replaceWith('authority', (place) => place.payer.address),
    error: COMMON_ERRORS.Unauthorized,
    from: { account: 'job' },
  },
  {
    of: 'delist',
    because: 'the job is done',
    spoil: withJobState(2),
    error: JOBS_ERRORS.JobInWrongState,
    from: { account: 'job' },
  },
  {
    of: 'delist',
    because: "another market's vault",
    spoil: otherVault,
    error: COMMON_ERRORS.InvalidVault,
    from: { account: 'market' },
  },
  {
    of: 'delist',
    because: 'the job runs and the queue is empty',
    spoil: async ({ instruction }, place) => {
      place.succeed(await place.build.work(place.network.addresses.signer()));
      return instruction;
    },
    error: JOBS_ERRORS.MarketInWrongState,
    from: { account: 'market' },
  },
  {
    of: 'delist',
    because: 'not the account of the payer',
    spoil: replaceWith('deposit', (place) => place.stranger.nos),
    error: COMMON_ERRORS.InvalidATA,
    from: { account: 'deposit' },
  },
  {
    of: 'delist',
    because: 'the job runs while others wait',
    spoil: async ({ instruction }, place) => {
      place.succeed(await place.build.work(place.network.addresses.signer()));
      listed(place, 0n);
      return instruction;
    },
    error: JOBS_ERRORS.NotInMarketQueue,
    from: { file: 'jobs/queue.h' },
  },
  {
    of: 'extend',
    because: 'another market',
    spoil: otherMarket,
    error: JOBS_ERRORS.InvalidMarketAccount,
    from: { account: 'job' },
  },
  {
    of: 'extend',
    because: 'somebody else signs for the project',
    spoil: replaceWith('authority', (place) => place.payer.address),
    error: COMMON_ERRORS.Unauthorized,
    from: { account: 'job' },
  },
  {
    of: 'extend',
    because: 'somebody else pays',
    spoil: replaceWith('payer', (place) => place.stranger.address),
    error: COMMON_ERRORS.Unauthorized,
    from: { account: 'job' },
  },
  {
    of: 'extend',
    because: 'the job is stopped',
    spoil: withJobState(3),
    error: JOBS_ERRORS.JobInWrongState,
    from: { account: 'job' },
  },
  {
    of: 'extend',
    because: "another market's vault",
    spoil: otherVault,
    error: COMMON_ERRORS.InvalidVault,
    from: { account: 'market' },
  },
  {
    of: 'extend',
    because: 'not the account of the payer',
    spoil: wrongPaying,
    error: COMMON_ERRORS.InvalidATA,
    from: { account: 'user' },
  },
  {
    of: 'delist',
    because: 'everything of the job is wrong, and the payer comes first',
    spoil: async (situation, place, edit) => {
      patch(place, situation.job, 208, [2]);
      return edit.replace(await otherMarket(situation, place, edit), 'payer', place.project.address);
    },
    error: COMMON_ERRORS.InvalidPayer,
    from: { account: 'job' },
  },
]);
