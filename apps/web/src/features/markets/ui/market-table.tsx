import type { MarketRow } from '@inferscan/api/client';
import type { ReactNode } from 'react';
import { Address } from '@/components/address';
import { Amount } from '@/components/amount';
import { Empty } from '@/components/empty';
import { QueueLine } from '@/components/queue-line/queue-line';
import { DataTable } from '@/components/table/data-table';
import { groupedInteger, perHour } from '@/format/amount';
import { medianText } from '@/format/duration';
import { queueText } from '../lib/queue-text';

/** Markets side by side: what a job costs there and when it would start. */
export function MarketTable({ markets }: { markets: readonly MarketRow[] }): ReactNode {
  return (
    <DataTable
      label="Markets"
      rows={markets}
      rowKey={(market) => market.address}
      comfortable
      sticky
      empty={
        <Empty title="No market has been opened yet">
          Markets are where jobs and nodes meet, each at its own price.
        </Empty>
      }
      columns={[
        {
          key: 'market',
          header: 'Market',
          phone: 'top-left',
          cell: (market) => (
            <Address
              address={market.address}
              name={market.name}
              href={`/markets/${market.address}`}
              stretched
            />
          ),
        },
        {
          key: 'price',
          header: 'Price',
          align: 'right',
          phone: 'top-right',
          cell: (market) => (
            <Amount base={perHour(market.jobPrice)} precision="short" fraction={4} unit="NOS / h" />
          ),
        },
        {
          key: 'queue',
          header: 'Queue, next first',
          phone: 'line',
          width: 'w-[38%]',
          cell: (market) => (
            <span className="flex items-center gap-3 phone:flex-wrap phone:gap-y-1">
              {market.queueLength > 0 && (
                <span className="relative z-1">
                  <QueueLine
                    kind={market.queueType}
                    queue={market.queue}
                    length={market.queueLength}
                    limit={8}
                  />
                </span>
              )}
              <span className="text-13 whitespace-normal text-ink-3">{queueText(market)}</span>
            </span>
          ),
        },
        {
          key: 'running',
          header: 'Running',
          align: 'right',
          phone: 'hidden',
          cell: (market) => groupedInteger(market.jobsRunning),
        },
        {
          key: 'wait',
          header: 'Median wait',
          align: 'right',
          phone: 'hidden',
          from: 'desk',
          cell: (market) => <Seconds value={market.medianWaitSeconds} />,
        },
        {
          key: 'run',
          header: 'Median run',
          align: 'right',
          phone: 'hidden',
          from: 'desk',
          cell: (market) => <Seconds value={market.medianRunSeconds} />,
        },
        {
          key: 'jobs',
          header: 'Jobs ever',
          align: 'right',
          phone: 'bottom-left',
          cell: (market) => (
            <>
              {groupedInteger(market.jobsTotal)}
              <span className="wide:hidden"> jobs ever</span>
            </>
          ),
        },
        {
          key: 'paid',
          header: 'Paid to nodes',
          align: 'right',
          phone: 'hidden',
          cell: (market) => <Amount base={market.paid} precision="short" />,
        },
      ]}
    />
  );
}

function Seconds({ value }: { value: number | null }): ReactNode {
  if (value === null) return <span className="text-ink-3">unknown</span>;
  return medianText(value);
}
