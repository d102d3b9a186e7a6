'use client';

import type { JobRow, ServiceView } from '@inferscan/api/client';
import type { ReactNode } from 'react';
import { ConsoleProviders } from './console-providers';
import { ServiceAccess } from './service-access';

/** The way into an endpoint for pages that are not the console. */
export function ServiceAccessAlone(props: { job: JobRow; service: ServiceView }): ReactNode {
  return (
    <ConsoleProviders>
      <ServiceAccess {...props} />
    </ConsoleProviders>
  );
}
