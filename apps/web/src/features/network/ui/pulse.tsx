import type { Overview } from '@inferscan/api/client';
import type { ReactNode } from 'react';
import { Figure } from '@/components/figure';
import { Stat } from '@/components/stat';
import { exactAmount, groupedInteger, shortAmount, shortCount } from '@/format/amount';
import { medianText, spanText } from '@/format/duration';

/** The network in six figures, each with its recent past. */
export function Pulse({ overview }: { overview: Overview }): ReactNode {
  const { series } = overview;
  const bucket = series.bucketSeconds === 60 ? 'minute' : 'hour';
  const past = `per ${bucket} over the last ${spanText(series.bucketSeconds * series.jobsRunning.length)}`;
  const tokens = shortCount(overview.tokensDay);
  return (
    <dl className="grid grid-cols-6 border-b border-line max-[1039px]:-mt-px max-[1039px]:grid-cols-3 phone:grid-cols-2 [&>div]:border-line [&>div]:py-4 desk:[&>div+div]:border-l desk:[&>div]:px-4 desk:[&>div:first-child]:pl-0 desk:[&>div:last-child]:pr-0 max-[1039px]:gap-x-6 max-[1039px]:[&>div]:border-t max-[1039px]:[&>div]:py-3">
      <Stat
        label="Jobs running"
        value={<Figure text={groupedInteger(overview.jobsRunning)} />}
        series={series.jobsRunning}
        seriesLabel={`Jobs running, ${past}`}
      />
      <Stat
        label="Jobs waiting"
        value={<Figure text={groupedInteger(overview.jobsWaiting)} />}
        series={series.jobsWaiting}
        seriesLabel={`Jobs waiting, ${past}`}
      />
      <Stat
        label="Nodes at work"
        value={<Figure text={groupedInteger(overview.nodesAtWork)} />}
        unit={`of ${groupedInteger(overview.nodesTotal)}`}
        series={series.nodesAtWork}
        seriesLabel={`Nodes that ran a job, ${past}`}
      />
      <Stat
        label="Settled, last 24 h"
        value={
          <span title={`${exactAmount(overview.settledDay)} NOS`}>
            <Figure text={shortAmount(overview.settledDay, 2).digits} />
          </span>
        }
        unit="NOS"
        series={series.settled.map(Number)}
        seriesLabel={`Paid to nodes in base units of NOS, ${past}`}
      />
      <Stat
        label="Tokens served, last 24 h"
        value={
          <span title={groupedInteger(overview.tokensDay)}>
            <Figure text={tokens.digits} />
          </span>
        }
        unit={tokens.unit === '' ? undefined : tokens.unit}
        series={series.tokens}
        seriesLabel={`Completion tokens in signed receipts, ${past}`}
      />
      <Stat
        label="Median wait"
        value={
          overview.medianWaitSeconds === null ? (
            <span className="text-20 text-ink-3">unknown</span>
          ) : (
            <Figure text={medianText(overview.medianWaitSeconds)} />
          )
        }
        unit={overview.medianWaitSeconds === null ? 'no job started yet' : undefined}
        series={series.medianWaitSeconds}
        seriesLabel={`Median seconds from listing to start, ${past}`}
      />
    </dl>
  );
}
