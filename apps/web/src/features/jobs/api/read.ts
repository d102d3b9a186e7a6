import 'server-only';
import type { JobDetail, RouterInputs } from '@inferscan/api/client';
import { orMissing } from '@/server/missing';
import { api } from '@/trpc/server';

export const readJobs = async (input: RouterInputs['jobs']['list']) => (await api()).jobs.list(input);

/** null where the index knows no such job. */
export const readJob = async (address: string, at: string | undefined): Promise<JobDetail | null> =>
  orMissing((await api()).jobs.byAddress(at === undefined ? { address } : { address, at }));

export const readModels = async () => (await api()).console.models();
