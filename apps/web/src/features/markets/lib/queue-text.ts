import type { MarketRow } from '@inferscan/api/client';
import { durationText } from '@/format/duration';

/** Who waits for whom, in words. */
export function queueText(
  market: Pick<
    MarketRow,
    'queueType' | 'queueLength' | 'jobsRunning' | 'nodesSeen' | 'expectedStartSeconds' | 'closedAt'
  >,
): string {
  const { queueType, queueLength, expectedStartSeconds } = market;
  if (market.closedAt !== null) return 'This market is closed.';
  if (queueType === 'nodes' && queueLength > 0) {
    return `${count(queueLength, 'node')} ${queueLength === 1 ? 'waits' : 'wait'}, a job starts at once`;
  }
  if (queueType === 'jobs' && queueLength > 0) {
    const next =
      expectedStartSeconds === null
        ? 'no telling when one starts'
        : `a new one starts in about ${durationText(expectedStartSeconds)}`;
    return `${count(queueLength, 'job')} ${queueLength === 1 ? 'waits' : 'wait'}, ${next}`;
  }
  if (market.jobsRunning > 0) {
    const next =
      expectedStartSeconds === null ? '' : `, a job starts in about ${durationText(expectedStartSeconds)}`;
    return `nobody waits, ${count(market.jobsRunning, 'job')} ${market.jobsRunning === 1 ? 'runs' : 'run'}${next}`;
  }
  return market.nodesSeen === 0 ? 'No node has joined this market yet' : 'No node is here now';
}

const count = (value: number, noun: string): string => `${value} ${noun}${value === 1 ? '' : 's'}`;
