'use client';

import type { JobDetail } from '@inferscan/api/client';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { touches } from '@/features/live/lib/health';
import { useLive } from '@/features/live/ui/live-provider';
import { useTRPC } from '@/trpc/client';

/** Where live updates do not come through, the job is still read this often, milliseconds. */
const POLL_MS = 2_000;

/** A job as the index has it, read again whenever it changes; null until the index knows it. */
export function useJob(address: string): { detail: JobDetail | null; failed: boolean } {
  const trpc = useTRPC();
  const client = useQueryClient();
  const live = useLive();
  const options = trpc.jobs.byAddress.queryOptions({ address }, { retry: false, staleTime: 0 });
  const query = useQuery({
    ...options,
    refetchInterval: ({ state }) => (isComplete(state.data) ? false : POLL_MS),
  });

  // Keys are made anew with every drawing; the address is what they depend on.
  const { queryKey } = trpc.jobs.byAddress.queryOptions({ address });
  const key = JSON.stringify(queryKey);
  useEffect(
    () =>
      live.onChange((change) => {
        if (touches({ jobs: [address] }, change))
          void client.invalidateQueries({ queryKey: JSON.parse(key) });
      }),
    [live, client, address, key],
  );

  const unknownYet = query.error?.data?.code === 'NOT_FOUND';
  return { detail: query.data ?? null, failed: query.isError && !unknownYet };
}

/** Nothing about it will change any more: it ended, and what it left behind was read. */
function isComplete(detail: JobDetail | undefined): boolean {
  if (detail === undefined) return false;
  const { job, result } = detail;
  if (['queued', 'running', 'unqueued', 'stopped'].includes(job.status)) return false;
  return result.status !== 'pending';
}
