import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import { renderedAt } from '@/components/clock/rendered-at';
import { PageHeader } from '@/components/section';
import { ConsoleProviders } from '@/features/console/ui/console-providers';
import { LaunchConsole } from '@/features/console/ui/launch-console';
import { oneOf, type SearchParams } from '@/format/search-params';
import { api } from '@/trpc/server';

export const metadata: Metadata = { title: 'Launch a job' };
export const dynamic = 'force-dynamic';

const ADDRESS = /^[1-9A-HJ-NP-Za-km-z]{32,44}$/;

export default async function LaunchPage({
  searchParams,
}: {
  searchParams: Promise<SearchParams>;
}): Promise<ReactNode> {
  const caller = await api();
  const [models, markets, params] = await Promise.all([
    caller.console.models(),
    caller.console.markets(),
    searchParams,
  ]);
  const job = oneOf(params, 'job');
  return (
    <>
      <PageHeader
        title="Launch a job"
        note="Ask a model on the network. A node answers and is paid by the second from your escrow; the rest comes back in the same transaction."
      />
      <noscript>
        <p className="mb-6 rounded-6 bg-waiting-soft px-4 py-3 text-14">
          Launching needs JavaScript: your key signs in this browser and goes nowhere else. Everything that
          only shows the network works without it.
        </p>
      </noscript>
      <ConsoleProviders>
        <LaunchConsole
          models={models}
          markets={markets}
          watching={job !== undefined && ADDRESS.test(job) ? job : null}
          renderedAt={renderedAt()}
        />
      </ConsoleProviders>
    </>
  );
}
