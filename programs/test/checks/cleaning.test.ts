import { COMMON_ERRORS, JOBS_ERRORS } from '../support/expectations.js';
import { describeFailures } from '../support/failing.js';
import { replaceWith, withJobState } from '../support/spoil.js';

const notPayer = replaceWith('payer', (place) => place.stranger.address);

describeFailures('constraints of cleaning', [
  {
    of: 'clean',
    because: 'not who paid for the job',
    spoil: notPayer,
    error: COMMON_ERRORS.InvalidPayer,
    from: { account: 'job' },
  },
  {
    of: 'clean',
    because: 'the job is queued',
    spoil: withJobState(0),
    error: JOBS_ERRORS.JobInWrongState,
    from: { account: 'job' },
  },
  {
    of: 'clean',
    because: 'the job is stopped',
    spoil: withJobState(3),
    error: JOBS_ERRORS.JobInWrongState,
    from: { account: 'job' },
  },
  {
    of: 'cleanAdmin',
    because: 'not who paid for the job',
    spoil: notPayer,
    error: COMMON_ERRORS.InvalidPayer,
    from: { account: 'job' },
  },
  {
    of: 'cleanAdmin',
    because: 'the project signs for the admin',
    spoil: replaceWith('authority', (place) => place.project.address),
    error: COMMON_ERRORS.Unauthorized,
    from: { account: 'authority' },
  },
]);
