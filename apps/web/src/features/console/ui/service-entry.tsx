'use client';

import type { JobRow, ServiceView } from '@inferscan/api/client';
import dynamic from 'next/dynamic';
import { type ReactNode, useEffect, useState } from 'react';
import { loadRemembered } from '@/features/wallet/lib/remembered';

const Access = dynamic(() => import('./service-access-alone').then((module) => module.ServiceAccessAlone), {
  ssr: false,
});

/**
 * The way into an endpoint, for the wallet that posted its job; `others` for anybody else. Brings a wallet's code only to browsers
 * that used this job's project here before.
 */
export function ServiceEntry({
  job,
  service,
  others,
}: {
  job: JobRow;
  service: ServiceView;
  others: ReactNode;
}): ReactNode {
  const [own, setOwn] = useState(false);
  useEffect(() => setOwn(loadRemembered(localStorage)?.address === job.project), [job.project]);
  return own ? <Access job={job} service={service} /> : others;
}
