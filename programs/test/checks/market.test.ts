import { COMMON_ERRORS } from '../support/expectations.js';
import { describeFailures } from '../support/failing.js';
import { otherVault, replaceWith } from '../support/spoil.js';

describeFailures('constraints of markets', [
  {
    of: 'update',
    because: 'somebody else signs',
    spoil: replaceWith('authority', (place) => place.stranger.address),
    error: COMMON_ERRORS.Unauthorized,
    from: { account: 'market' },
  },
  {
    of: 'close',
    because: 'somebody else signs',
    spoil: replaceWith('authority', (place) => place.stranger.address),
    error: COMMON_ERRORS.Unauthorized,
    from: { account: 'market' },
  },
  {
    of: 'close',
    because: 'the market admin signs',
    spoil: replaceWith('authority', (place) => place.admin.address),
    error: COMMON_ERRORS.Unauthorized,
    from: { account: 'market' },
  },
  {
    of: 'close',
    because: "another market's vault",
    spoil: otherVault,
    error: COMMON_ERRORS.InvalidVault,
    from: { account: 'market' },
  },
  {
    of: 'close',
    because: 'authority before vault',
    spoil: async (situation, place, edit) =>
      edit.replace(await otherVault(situation, place, edit), 'authority', place.stranger.address),
    error: COMMON_ERRORS.Unauthorized,
    from: { account: 'market' },
  },
  {
    of: 'closeAdmin',
    because: "another market's vault",
    spoil: otherVault,
    error: COMMON_ERRORS.InvalidVault,
    from: { account: 'market' },
  },
  {
    of: 'closeAdmin',
    because: 'the market authority signs',
    spoil: replaceWith('authority', (place) => place.authority.address),
    error: COMMON_ERRORS.Unauthorized,
    from: { account: 'authority' },
  },
  {
    of: 'closeAdmin',
    because: 'vault before admin',
    spoil: async (situation, place, edit) =>
      edit.replace(await otherVault(situation, place, edit), 'authority', place.stranger.address),
    error: COMMON_ERRORS.InvalidVault,
    from: { account: 'market' },
  },
]);
