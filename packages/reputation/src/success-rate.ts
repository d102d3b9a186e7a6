import { type Interval, wilsonInterval } from './wilson.js';

/** How a node's run came out, seen from the node: 'excluded' counts for nobody. */
export type Outcome = 'success' | 'failure' | 'excluded';

export interface SuccessRate extends Interval {
  readonly successes: number;
  /** Outcomes that counted: successes and failures. */
  readonly trials: number;
  readonly excluded: number;
}

/** The share of successes among the outcomes that count, with its 95 % Wilson interval. */
export function successRate(outcomes: Iterable<Outcome>): SuccessRate {
  const count: Record<Outcome, number> = { success: 0, failure: 0, excluded: 0 };
  for (const outcome of outcomes) count[outcome] += 1;
  const { success: successes, excluded } = count;
  const trials = successes + count.failure;
  return { ...wilsonInterval(successes, trials), successes, trials, excluded };
}
