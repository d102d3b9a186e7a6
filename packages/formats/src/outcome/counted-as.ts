import type { Outcome } from './reasons.js';

/** What jobs are counted as by their outcome: the column of the figures. `undecided` are those whose result nobody could read yet. */
export const COUNTED_AS = {
  success: 'succeeded',
  failed: 'failed',
  expired: 'expired',
  stopped: 'stopped',
  ended: 'ended',
  quit: 'quit',
  abandoned: 'abandoned',
  delisted: 'delisted',
  removed: 'removed',
  unknown: 'undecided',
} as const satisfies Record<Outcome, string>;
