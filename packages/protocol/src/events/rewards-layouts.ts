import { fields, NO_ARGUMENTS } from './arguments.js';
import { byHand } from './define.js';
import { EARLY_ERAS_OVER, isFrom } from './jobs/dates.js';
import type { CallFacts, InstructionLayout } from './layout.js';

// The rewards program has no published client. Era A, in 2022, had one more account in `addFee` and in `close`; until
// 2022-09-21 what is `reflection` here was another account, and `migrateStats` copied its totals.

const INIT = 'dc3bcfec6cfa2f64';
const ENTER = '8b31d172585b4d86';
const ADD_FEE = '43e1bdd4fd7b4c70';
const CLAIM = '3ec6d6c1d59f6cd2';
const SYNC = '04db28a4159dbd58';
const CLOSE = '62a5c9b16c41ce60';
const MIGRATE_STATS = 'c4243a95c5f47637';

const OWNER = { node: 'authority' } as const;
const AMOUNT = fields({ amount: 'u64' });

const isEarly = ({ blockTime }: CallFacts) => !isFrom(EARLY_ERAS_OVER, blockTime);

export const REWARDS_LAYOUTS: readonly InstructionLayout[] = [
  byHand('init', 'A', INIT, 'mint reflection vault authority systemProgram tokenProgram rent', NO_ARGUMENTS, {
    roles: {},
  }),
  byHand('enter', 'A', ENTER, 'reflection stake reward authority systemProgram', NO_ARGUMENTS, {
    roles: OWNER,
  }),
  byHand('addFee', 'B', ADD_FEE, 'user reflection vault authority tokenProgram', AMOUNT, {
    roles: {},
    vault: 'vault',
  }),
  byHand('claim', 'A', CLAIM, 'user vault reflection reward stake authority tokenProgram', NO_ARGUMENTS, {
    roles: OWNER,
    vault: 'vault',
  }),
  byHand('sync', 'A', SYNC, 'reward stake reflection', NO_ARGUMENTS, { roles: {} }),
  byHand('close', 'B', CLOSE, 'reflection reward authority', NO_ARGUMENTS, { roles: OWNER }),

  byHand('addFee', 'A', ADD_FEE, '0 1 2 3 4 5', AMOUNT, { roles: {}, fits: isEarly }),
  byHand('close', 'A', CLOSE, '0 1 2 3', NO_ARGUMENTS, { roles: {}, fits: isEarly }),
  byHand('migrateStats', 'A', MIGRATE_STATS, '', NO_ARGUMENTS, { roles: {}, othersByPlace: true }),
];
