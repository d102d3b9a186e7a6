import type { RollupSeries } from '@inferscan/api/client';
import type { ReactNode } from 'react';
import { Empty } from '@/components/empty';
import { Section } from '@/components/section';
import { RefreshLater } from '@/features/live/ui/refresh-later';
import { type RangeName, rangeText } from '../lib/range';
import { EndingsChart, PaidChart, TokensChart, WaitsChart } from './charts';
import { HistoryTable } from './history-table';
import { RangeChoice } from './range-choice';

/** Seconds after which hours that are being counted again are looked at again. */
const COUNT_SECONDS = 2;

export interface HistoryProps {
  series: RollupSeries;
  range: RangeName;
  links: Parameters<typeof RangeChoice>[0]['links'];
  /** Of whom: a node is told what it earned, and nothing of the wait of jobs. */
  of: 'network' | 'market' | 'node';
}

/** What happened, drawn over time. */
export function History({ series, range, links, of }: HistoryProps): ReactNode {
  return (
    <Section title="Over time" note={rangeNote(series)} more={<RangeChoice links={links} />}>
      {series.pendingHours > 0 && <RefreshLater seconds={COUNT_SECONDS} />}
      <HistoryCharts series={series} range={range} of={of} />
    </Section>
  );
}

const rangeNote = ({ bucketSeconds, pendingHours }: RollupSeries): string => {
  const size = bucketSeconds >= 86_400 ? 'days' : 'hours';
  return pendingHours > 0 ? `in ${size} of UTC, being counted` : `in ${size} of UTC`;
};

const isEmpty = ({
  total: { jobsListed, jobsStarted, runs, deposited, paid, refunded, waits, outcomes },
}: RollupSeries) =>
  jobsListed + jobsStarted + runs + (waits?.count ?? 0) === 0 &&
  deposited + paid + refunded === 0n &&
  Object.values(outcomes).every((count) => count === 0);

/** The charts alone, for pages that say themselves what they are. */
export function HistoryCharts({
  series,
  range,
  of,
}: Pick<HistoryProps, 'series' | 'range' | 'of'>): ReactNode {
  if (isEmpty(series)) {
    return (
      <div className="border-t border-line">
        <Empty title={`Nothing happened in the last ${rangeText(range)}`}>
          Look further back, or come again: figures appear within seconds of the first job.
        </Empty>
      </div>
    );
  }
  return (
    <div className="flex flex-col gap-6">
      <div className="grid grid-cols-2 gap-x-10 gap-y-7 max-[1039px]:grid-cols-1">
        <EndingsChart series={series} of={of} />
        <PaidChart series={series} {...(of === 'node' ? { title: 'NOS earned' } : {})} />
        {of !== 'node' && <WaitsChart series={series} />}
        {(of === 'network' || series.total.receipts > 0) && <TokensChart series={series} />}
      </div>
      <HistoryTable series={series} label={`Figures of the last ${rangeText(range)}`} />
    </div>
  );
}
