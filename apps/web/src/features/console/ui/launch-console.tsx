'use client';

import type { CatalogueModel, MarketRow } from '@inferscan/api/client';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { Empty } from '@/components/empty';
import { useLive } from '@/features/live/ui/live-provider';
import { useTRPC } from '@/trpc/client';
import type { Launched } from '../api/launch-job';
import type { Multiplication } from '../lib/multiplication';
import { JobWatch } from './job-watch';
import { LaunchForm } from './launch-form';

/** Markets are read again this often even where no live updates come through, milliseconds. */
const MARKETS_MS = 10_000;
/** A busy network changes markets many times a second; they are read again at most this often, milliseconds. */
const REST_MS = 500;

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
  const [job, setJob] = useState<{ address: string; asked: Multiplication | null } | null>(
    watching === null ? null : { address: watching, asked: null },
  );
  const markets = useQuery({
    ...trpc.console.markets.queryOptions(),
    initialData: initialMarkets,
    refetchInterval: MARKETS_MS,
  }).data;
  useMarketChanges();

  function watch(launched: Launched, asked: Multiplication | null): void {
    setJob({ address: launched.job, asked });
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
          asked={job.asked}
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

/** Reads the markets again soon after any of them changed. */
function useMarketChanges(): void {
  const live = useLive();
  const client = useQueryClient();
  const trpc = useTRPC();
  const key = JSON.stringify(trpc.console.markets.queryKey());
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = live.onChange((change) => {
      if (timer !== undefined || (!change.many && change.markets.length === 0)) return;
      timer = setTimeout(() => {
        timer = undefined;
        void client.invalidateQueries({ queryKey: JSON.parse(key) });
      }, REST_MS);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [live, client, key]);
}
