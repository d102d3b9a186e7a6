'use client';

import type { CatalogueModel, MarketRow } from '@inferscan/api/client';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Empty } from '@/components/empty';
import { useTRPC } from '@/trpc/client';
import type { Launched } from '../api/launch-job';
import { JobWatch } from './job-watch';
import { LaunchForm } from './launch-form';

/** Queues move all the time; what a market asks for is read this often, milliseconds. */
const MARKETS_MS = 4_000;

/** The console: the job that runs, and the form for the next one. */
export function LaunchConsole({
  models,
  markets: initialMarkets,
  watching,
  renderedAt,
}: {
  models: readonly CatalogueModel[];
  markets: MarketRow[];
  /** Address of a job to go on watching. */
  watching: string | null;
  renderedAt: number;
}): ReactNode {
  const trpc = useTRPC();
  const [job, setJob] = useState<{ address: string; signature: string | null } | null>(
    watching === null ? null : { address: watching, signature: null },
  );
  const markets = useQuery({
    ...trpc.console.markets.queryOptions(),
    initialData: initialMarkets,
    refetchInterval: MARKETS_MS,
  }).data;

  function watch(launched: Launched): void {
    setJob({ address: launched.job, signature: launched.signature });
    // A reload goes on watching.
    window.history.replaceState(null, '', `/launch?job=${launched.job}`);
    window.scrollTo({ top: 0 });
  }

  const [firstModel, ...otherModels] = models;
  const [firstMarket, ...otherMarkets] = markets;
  return (
    <>
      {job !== null && (
        <JobWatch
          key={job.address}
          address={job.address}
          signature={job.signature}
          models={models}
          renderedAt={renderedAt}
        />
      )}
      {job !== null && <h2 className="mb-5 text-16 font-semibold">Launch another</h2>}
      {firstModel === undefined || firstMarket === undefined ? (
        <Empty title="No market is open">
          Jobs are posted to markets, and the index knows none that is open. It may still be reading the
          chain’s history.
        </Empty>
      ) : (
        <LaunchForm
          models={[firstModel, ...otherModels]}
          markets={[firstMarket, ...otherMarkets]}
          onLaunched={watch}
        />
      )}
    </>
  );
}
