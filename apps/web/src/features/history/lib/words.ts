import type { Figures } from '@inferscan/api/client';
import { exactAmount, groupedInteger, shortAmount } from '@/format/amount';
import { durationText } from '@/format/duration';
import { utcClock, utcDay } from '@/format/time';
import { usdText } from '@/format/usd';

/** The hour or day that begins at a time. */
export function bucketName(startsAt: number, bucketSeconds: number): string {
  if (bucketSeconds >= 86_400) return utcDay(startsAt);
  const clock = (at: number): string => utcClock(at).slice(0, 5);
  return `${utcDay(startsAt)} ${clock(startsAt)}–${clock(startsAt + bucketSeconds)} UTC`;
}

/** Jobs that are over, in three kinds: as they should be, not as they should be, and neither. */
export function endings({ outcomes }: Pick<Figures, 'outcomes'>): {
  good: number;
  bad: number;
  other: number;
} {
  const { success, expired, failed, stopped, quit, abandoned, ended, delisted, removed, unknown } = outcomes;
  return {
    good: success + expired,
    bad: failed + stopped + quit + abandoned,
    other: ended + delisted + removed + unknown,
  };
}

const plural = (count: number, one: string, many = `${one}s`): string =>
  `${groupedInteger(count)} ${count === 1 ? one : many}`;

/** A node lists nothing: of it is said what it started. */
export function endingsText(
  figures: Pick<Figures, 'outcomes' | 'jobsListed' | 'jobsStarted'>,
  of: 'network' | 'market' | 'node',
): string {
  const { good, bad, other } = endings(figures);
  const begun =
    of === 'node'
      ? `${plural(figures.jobsStarted, 'job')} started`
      : `${plural(figures.jobsListed, 'job')} listed`;
  return `${begun}; ${groupedInteger(good)} completed, ${groupedInteger(bad)} failed, ${groupedInteger(other)} ended otherwise`;
}

export function paidText({ paid, usd, unpriced }: Pick<Figures, 'paid' | 'usd' | 'unpriced'>): string {
  const nos = `${exactAmount(paid)} NOS`;
  if (usd === null) return nos;
  return `${nos}, worth ${usdText(usd.paid)} at the time${unpriced > 0 ? ', in part without a known price' : ''}`;
}

/** The end of an axis of amounts: a round number, without the decimals that it does not need. */
export const axisNos = (base: bigint): string => `${shortAmount(base, 2).digits.replace(/\.00$/, '')} NOS`;

/** Waiting times are whole seconds, percentiles above a minute near them. */
export const waitText = (seconds: number): string =>
  seconds < 1 ? '< 1 s' : durationText(Math.round(seconds));

export function waitsText(figures: Pick<Figures, 'waits'>): string {
  const { waits } = figures;
  if (waits === null) return 'no job started';
  return `half within ${waitText(waits.p50)}, 9 of 10 within ${waitText(waits.p90)}, of ${plural(waits.count, 'start')}`;
}

export const tokensText = ({
  completionTokens,
  receipts,
}: Pick<Figures, 'completionTokens' | 'receipts'>): string =>
  `${plural(Number(completionTokens), 'token')} by ${plural(receipts, 'signed receipt')}`;
