import { putStake, stakeOf } from '../support/accounts.js';
import { COMMON_ERRORS, JOBS_ERRORS } from '../support/expectations.js';
import { describeFailures, type FailingCase } from '../support/failing.js';
import { createMarketplace } from '../support/marketplace.js';
import { listed } from '../support/situations.js';
import { replaceWith, withJobState } from '../support/spoil.js';

/** work and claim let the same nodes in. */
const stakeCases = (of: 'work' | 'claim'): FailingCase[] => [
  {
    of,
    because: "another node's stake",
    spoil: replaceWith('stake', async (place) => stakeOf((await place.newNode()).address)),
    error: COMMON_ERRORS.Unauthorized,
    from: { account: 'stake' },
  },
  {
    of,
    because: 'one xnos too little',
    terms: { nodeXnosMinimum: 1_000n },
    spoil: async ({ instruction }, place) => {
      putStake(place.chain, await stakeOf(place.node.address), place.node.address, 999n);
      return instruction;
    },
    error: JOBS_ERRORS.NodeNotEnoughStake,
    from: { account: 'stake' },
  },
  {
    of,
    because: 'the upper half of the minimum counts',
    spoil: ({ instruction }, place) => {
      place.succeed(place.build.update({ ...place.terms, nodeXnosMinimum: 1n << 64n }));
      return instruction;
    },
    error: JOBS_ERRORS.NodeNotEnoughStake,
    from: { account: 'stake' },
  },
  {
    of,
    because: "the node's stake at another address",
    spoil: replaceWith('stake', (place) => {
      const elsewhere = place.network.addresses.next();
      putStake(place.chain, elsewhere, place.node.address, 1_000n);
      return elsewhere;
    }),
    error: {
      number: 6012,
      name: 'InvalidStakeAccount',
      message: 'This stake does not belong to the authority.',
    },
    from: { account: 'stake' },
  },
];

const runCases = (of: 'quit' | 'quitAdmin'): FailingCase[] => [
  {
    of,
    because: 'not who paid for the run',
    spoil: replaceWith('payer', (place) => place.node.address),
    error: COMMON_ERRORS.InvalidPayer,
    from: { account: 'run' },
  },
];

describeFailures('constraints of running', [
  {
    of: 'work',
    because: 'run did not sign',
    spoil: ({ instruction }, _place, edit) => edit.unsign(instruction, 'run'),
    error: COMMON_ERRORS.MissingSignature,
    from: { account: 'run' },
  },
  {
    of: 'work',
    because: 'run has lamports',
    spoil: ({ instruction, run }, place) => {
      place.chain.fund(run, 1n);
      return instruction;
    },
    error: COMMON_ERRORS.LamportsNonNull,
    from: { account: 'run' },
  },
  {
    of: 'work',
    because: 'the node waits already',
    spoil: async ({ instruction }, place) => {
      place.succeed(await place.build.work(place.network.addresses.signer(), await place.newNode()));
      place.succeed(await place.build.work(place.network.addresses.signer()));
      return instruction;
    },
    error: JOBS_ERRORS.NodeAlreadyQueued,
    from: { account: 'market' },
  },
  ...stakeCases('work'),
  ...stakeCases('claim'),
  {
    of: 'claim',
    because: 'another market',
    spoil: otherMarketOnly(),
    error: JOBS_ERRORS.InvalidMarketAccount,
    from: { account: 'job' },
  },
  {
    of: 'claim',
    because: 'the job is queued',
    spoil: withJobState(0),
    error: JOBS_ERRORS.JobInWrongState,
    from: { account: 'job' },
  },
  {
    of: 'claim',
    because: 'the job is done',
    spoil: withJobState(2),
    error: JOBS_ERRORS.JobInWrongState,
    from: { account: 'job' },
  },
  {
    of: 'stop',
    because: 'the queue is empty',
    spoil: ({ instruction }, place) => {
      place.succeed(place.build.stop());
      return instruction;
    },
    error: JOBS_ERRORS.MarketInWrongState,
    from: { account: 'market' },
  },
  {
    of: 'stop',
    because: 'jobs wait',
    spoil: ({ instruction }, place) => {
      place.succeed(place.build.stop());
      listed(place);
      return instruction;
    },
    error: JOBS_ERRORS.MarketInWrongState,
    from: { account: 'market' },
  },
  {
    of: 'stop',
    because: 'somebody else signs',
    spoil: replaceWith('authority', (place) => place.stranger.address),
    error: COMMON_ERRORS.Unauthorized,
    from: { account: 'market' },
  },
  {
    of: 'stop',
    because: 'the node is not in the queue',
    spoil: ({ instruction }, place, edit) => {
      const byMarket = edit.replace(instruction, 'authority', place.authority.address);
      return edit.replace(byMarket, 'node', place.stranger.address);
    },
    error: JOBS_ERRORS.NotInMarketQueue,
    from: { file: 'jobs/queue.h' },
  },
  {
    of: 'quit',
    because: 'the run of another job',
    spoil: replaceWith('job', (place) => listed(place)),
    error: JOBS_ERRORS.InvalidJobAccount,
    from: { account: 'run' },
  },
  ...runCases('quit'),
  {
    of: 'quit',
    because: 'another node signs',
    spoil: replaceWith('authority', (place) => place.stranger.address),
    error: COMMON_ERRORS.Unauthorized,
    from: { account: 'run' },
  },
  ...runCases('quitAdmin'),
  {
    of: 'quitAdmin',
    because: 'the node signs for the admin',
    spoil: replaceWith('authority', (place) => place.node.address),
    error: COMMON_ERRORS.Unauthorized,
    from: { account: 'authority' },
  },
  {
    of: 'quit',
    because: 'job before payer before node',
    spoil: ({ instruction }, place, edit) => {
      const wrong = edit.replace(
        edit.replace(instruction, 'payer', place.node.address),
        'authority',
        place.stranger.address,
      );
      return edit.replace(wrong, 'job', listed(place));
    },
    error: JOBS_ERRORS.InvalidJobAccount,
    from: { account: 'run' },
  },
]);

/** claim has no vault among its accounts. */
function otherMarketOnly(): FailingCase['spoil'] {
  return replaceWith('market', async (place) => (await createMarketplace(place.network)).market);
}
