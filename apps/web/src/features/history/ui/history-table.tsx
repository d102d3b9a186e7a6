import type { Bucket, RollupSeries } from '@inferscan/api/client';
import type { ReactNode } from 'react';
import { Amount } from '@/components/amount';
import { groupedInteger } from '@/format/amount';
import { usdText } from '@/format/usd';
import { bucketName, endings, waitText } from '../lib/words';

const happened = ({ jobsListed, jobsStarted, runs, deposited, paid, refunded, outcomes }: Bucket): boolean =>
  jobsListed + jobsStarted + runs + Object.values(outcomes).reduce((sum, count) => sum + count, 0) > 0 ||
  deposited + paid + refunded > 0n;

/** What the charts draw, in figures: only hours or days in which something happened, the latest first. */
export function HistoryTable({ series, label }: { series: RollupSeries; label: string }): ReactNode {
  const rows = series.buckets.filter(happened).toReversed();
  const withUsd = series.total.usd !== null;
  return (
    <details className="border-t border-line pt-2">
      <summary className="w-fit text-13 text-ink-2 hover:text-ink">The same in figures</summary>
      <table
        aria-label={label}
        className="mt-2 w-full text-13 tabular-nums [&_td]:h-8 [&_td]:pl-4 [&_th]:pl-4"
      >
        <thead>
          <tr className="text-right text-12 text-ink-3 [&>th]:pb-1 [&>th]:font-normal [&>th]:whitespace-nowrap">
            <th scope="col" className="!pl-0 text-left">
              {series.bucketSeconds >= 86_400 ? 'Day, UTC' : 'Hour'}
            </th>
            <th scope="col" className="phone:hidden">
              Listed
            </th>
            <th scope="col">Completed</th>
            <th scope="col">Failed</th>
            <th scope="col" className="phone:hidden">
              Otherwise
            </th>
            <th scope="col">Paid, NOS</th>
            {withUsd && (
              <th scope="col" className="phone:hidden">
                Paid, USD then
              </th>
            )}
            <th scope="col" className="phone:hidden">
              Half wait
            </th>
            <th scope="col" className="phone:hidden">
              9 of 10 wait
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const { good, bad, other } = endings(row);
            return (
              <tr key={row.startsAt} className="border-t border-line text-right whitespace-nowrap">
                <th scope="row" className="!pl-0 text-left font-normal">
                  {bucketName(row.startsAt, series.bucketSeconds)}
                </th>
                <td className="phone:hidden">{groupedInteger(row.jobsListed)}</td>
                <td>{groupedInteger(good)}</td>
                <td>{groupedInteger(bad)}</td>
                <td className="phone:hidden">{groupedInteger(other)}</td>
                <td>
                  <Amount base={row.paid} unit="" />
                </td>
                {withUsd && (
                  <td className="phone:hidden">
                    {row.usd === null ? <span className="text-ink-3">unknown</span> : usdText(row.usd.paid)}
                  </td>
                )}
                <td className="phone:hidden">
                  {row.waits === null ? <span className="text-ink-3">none</span> : waitText(row.waits.p50)}
                </td>
                <td className="phone:hidden">
                  {row.waits === null ? <span className="text-ink-3">none</span> : waitText(row.waits.p90)}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </details>
  );
}
