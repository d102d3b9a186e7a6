import type { Metadata } from 'next';
import { PageHeader } from '@/components/section';
import { LiveRefresh } from '@/features/live/ui/live-refresh';
import { readMarkets } from '@/features/markets/api/read';
import { MarketTable } from '@/features/markets/ui/market-table';

export const metadata: Metadata = { title: 'Markets' };

export default async function MarketsPage() {
  const markets = await readMarkets();
  return (
    <>
      <LiveRefresh watch={{ markets: 'any' }} />
      <PageHeader
        title="Markets"
        note="A market sets a price per second and matches jobs with nodes, first come, first served. The escrow of its jobs lies in its vault."
      />
      <MarketTable markets={markets} />
    </>
  );
}
