'use client';

import type { JobRow } from '@inferscan/api/client';
import dynamic from 'next/dynamic';
import { type ReactNode, useEffect, useState } from 'react';
import { loadRemembered } from '@/features/wallet/lib/remembered';
import { actionOf } from '../lib/actions';

const Bar = dynamic(() => import('./job-actions-alone').then((module) => module.JobActionsAlone), {
  ssr: false,
});

/**
 * Stop, take back or recover a job, for the wallet that posted it. Shows nothing to anybody else, and brings a
 * wallet's code only to browsers that used this job's project here before.
 */
export function JobActions({ job }: { job: JobRow }): ReactNode {
  const [own, setOwn] = useState(false);
  useEffect(() => setOwn(loadRemembered(localStorage)?.address === job.project), [job.project]);
  return own && actionOf(job) !== null ? <Bar job={job} /> : null;
}
