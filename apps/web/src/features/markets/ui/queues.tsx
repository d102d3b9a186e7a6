import type { MarketRow } from '@inferscan/api/client';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { QueueLine } from '@/components/queue-line/queue-line';
import { shortAddress } from '@/format/address';
import { exactAmount, perHour } from '@/format/amount';
import { queueText } from '../lib/queue-text';

/** Every open market with its price and the line before its door. */
export function Queues({ markets }: { markets: readonly MarketRow[] }): ReactNode {
  return (
    <ul className="border-t border-line">
      {markets.map((market) => (
        <li key={market.address} className="border-b border-line py-3">
          <div className="flex items-baseline gap-3">
            <Link
              href={`/markets/${market.address}`}
              prefetch={false}
              className="font-medium hover:underline"
            >
              {market.name ?? shortAddress(market.address)}
            </Link>
            <span className="ml-auto whitespace-nowrap tabular-nums">
              {exactAmount(perHour(market.jobPrice))} <span className="text-ink-3">NOS / h</span>
            </span>
          </div>
          <div className="mt-2 flex flex-col gap-1.5">
            <QueueLine kind={market.queueType} queue={market.queue} length={market.queueLength} limit={14} />
            <p className="text-12 text-ink-3">{queueText(market)}</p>
          </div>
        </li>
      ))}
    </ul>
  );
}
