import type { Bucket, Figures, RollupSeries } from '@inferscan/api/client';
import { SAMPLE_NOW } from './samples';

const HOUR = 3_600;
const HOURS = 36;

const NOTHING: Figures = {
  jobsListed: 0,
  jobsStarted: 0,
  outcomes: {
    success: 0,
    failed: 0,
    expired: 0,
    stopped: 0,
    ended: 0,
    quit: 0,
    abandoned: 0,
    delisted: 0,
    removed: 0,
    unknown: 0,
  },
  runs: 0,
  runsQuit: 0,
  runSeconds: 0n,
  deposited: 0n,
  paid: 0n,
  refunded: 0n,
  fees: 0n,
  usd: null,
  unpriced: 0,
  receipts: 0,
  receiptsInvalid: 0,
  promptTokens: 0n,
  completionTokens: 0n,
  reasoningTokens: 0n,
  waits: null,
};

/** Made-up hours with a gap, or hours in which nothing happened. */
export function sampleHistory(of: 'busy' | 'quiet'): RollupSeries {
  const from = SAMPLE_NOW - (SAMPLE_NOW % HOUR) - HOURS * HOUR;
  const buckets = Array.from({ length: HOURS }, (_, index): Bucket => {
    const startsAt = from + index * HOUR;
    const jobs = Math.round(9 + 8 * Math.sin(index / 4));
    if (of === 'quiet' || (index > 20 && index < 25) || jobs < 2) return { startsAt, ...NOTHING };
    const outcomes = { ...NOTHING.outcomes, success: jobs, failed: index % 5, delisted: index % 3 };
    const waits = { count: jobs, meanSeconds: 9, p50: 4 + (index % 6), p90: 20 + (index % 9) * 5, p99: 90 };
    const paid = BigInt(jobs) * 1_250_000n;
    return {
      startsAt,
      ...NOTHING,
      jobsListed: jobs,
      jobsStarted: jobs,
      outcomes,
      paid,
      usd: { deposited: 0n, paid: paid / 3n, refunded: 0n, fees: 0n },
      receipts: jobs,
      completionTokens: BigInt(jobs * 431),
      waits,
    };
  });
  const total: Figures =
    of === 'quiet'
      ? NOTHING
      : {
          ...NOTHING,
          jobsListed: 288,
          jobsStarted: 288,
          outcomes: { ...NOTHING.outcomes, success: 288, failed: 61, delisted: 33 },
          paid: 360_000_000n,
          usd: { deposited: 0n, paid: 120_000_000n, refunded: 0n, fees: 0n },
          receipts: 288,
          completionTokens: 124_128n,
          waits: { count: 288, meanSeconds: 9, p50: 6, p90: 45, p99: 90 },
        };
  return { bucketSeconds: HOUR, from, to: from + HOURS * HOUR, buckets, total, pendingHours: 0 };
}
