'use client';

import type { JobRow } from '@inferscan/api/client';
import type { ReactNode } from 'react';
import { ConsoleProviders } from './console-providers';
import { JobActionBar } from './job-action-bar';

/** The action bar for pages that are not the console. */
export function JobActionsAlone({ job }: { job: JobRow }): ReactNode {
  return (
    <ConsoleProviders>
      <JobActionBar job={job} />
    </ConsoleProviders>
  );
}
