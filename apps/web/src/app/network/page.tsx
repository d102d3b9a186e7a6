import type { Metadata } from 'next';
import { renderedAt } from '@/components/clock/rendered-at';
import { PageHeader, Section } from '@/components/section';
import { readHistory, readPrice } from '@/features/history/api/read';
import { rangeLinks, rangeOf, rangeText, spanOf } from '@/features/history/lib/range';
import { History } from '@/features/history/ui/history';
import { MoneyFacts } from '@/features/history/ui/money-facts';
import { LiveRefresh } from '@/features/live/ui/live-refresh';
import type { SearchParams } from '@/format/search-params';

export const metadata: Metadata = { title: 'Network' };

export default async function NetworkPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const query = await searchParams;
  const range = rangeOf(query);
  const now = renderedAt();
  const [series, price] = await Promise.all([
    readHistory({ scope: 'network' }, spanOf(range, now)),
    readPrice(now),
  ]);
  return (
    <>
      <LiveRefresh watch="everything" />
      <PageHeader
        title="Network"
        note="What jobs, money and waiting times came to, hour by hour and day by day."
      />
      <div className="flex flex-col gap-9">
        <History series={series} range={range} links={rangeLinks('/network', query)} of="network" />
        <Section title="Sums" note={`of the last ${rangeText(range)}`}>
          <MoneyFacts total={series.total} price={price} now={now} />
        </Section>
      </div>
    </>
  );
}
