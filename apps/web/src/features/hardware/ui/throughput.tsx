import type { HardwareRow } from '@inferscan/api/client';
import type { ReactNode } from 'react';
import { Milliseconds } from '@/components/duration';
import { percent } from '@/components/life-line/geometry';
import { groupedInteger } from '@/format/amount';
import { rateText } from '@/format/ratio';

/** Measured speed by model: bars from zero on one scale, the numbers beside them. */
export function Throughput({
  rows,
  fastest,
}: {
  rows: HardwareRow['throughput'];
  fastest: number;
}): ReactNode {
  if (rows.length === 0)
    return <p className="py-2 text-13 text-ink-3">No receipt was long enough to measure a speed.</p>;
  return (
    <table aria-label="Measured speed by model" className="w-full text-13">
      <thead>
        <tr className="text-left text-12 text-ink-3 [&>th]:pb-1 [&>th]:font-normal">
          <th scope="col">Model</th>
          <th scope="col" className="phone:hidden">
            Runtime
          </th>
          <th scope="col" className="w-[32%]">
            <span className="sr-only">Bar</span>
          </th>
          <th scope="col" className="text-right">
            Tokens / s, median
          </th>
          <th scope="col" className="text-right phone:hidden">
            First token
          </th>
          <th scope="col" className="text-right phone:hidden">
            Receipts
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={`${row.model} ${row.precision} ${row.runtime} ${row.provider}`} className="[&>td]:h-8">
            <td className="max-w-60 truncate pr-4" title={`${row.model}, ${row.precision}`}>
              {row.model}, <span className="text-ink-2">{row.precision}</span>
            </td>
            <td
              className="max-w-48 truncate pr-4 text-ink-2 phone:hidden"
              title={`${row.runtime}, ${row.provider}`}
            >
              {row.runtime}, {row.provider}
            </td>
            <td className="pr-4">
              <svg width="100%" height="10" aria-hidden="true" className="block">
                <rect
                  width={percent((row.tokensPerSecond / fastest) * 100)}
                  height="10"
                  className="fill-done"
                />
              </svg>
            </td>
            <td className="text-right tabular-nums">{rateText(row.tokensPerSecond)}</td>
            <td className="pl-4 text-right phone:hidden">
              <Milliseconds value={row.firstTokenMs} />
            </td>
            <td className="pl-4 text-right tabular-nums phone:hidden">{groupedInteger(row.receipts)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
