import type { ProtocolEvent } from '../events/event.js';
import { isBefore, SOURCE_CHANGED } from '../events/jobs/dates.js';

// What the eras of the jobs program did differently with the same instructions. Which code was on chain at a moment is not
// known, only the dates of the source: see `events/jobs/dates.ts`. Where transfers tell, they are asked before the date.

/** The first release whose queue is first in, first out; mainnet got its programs from releases. Before, the last came first. */
const FIFO_RELEASED = BigInt(Date.parse('2022-11-28T00:00:00Z') / 1000);

/** Whether a match takes the one that came last. */
export const takesLast = ({ blockTime }: ProtocolEvent): boolean => isBefore(FIFO_RELEASED, blockTime);

/** Whether prices were for whole jobs, by the date alone. */
export const isPricedPerJob = ({ blockTime }: ProtocolEvent): boolean =>
  isBefore(SOURCE_CHANGED.H, blockTime);

/** Letter of the era in which the form of an event began. */
export const eraOf = ({ form }: ProtocolEvent): string => form.charAt(0);
