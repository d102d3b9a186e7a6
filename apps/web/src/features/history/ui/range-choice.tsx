import type { ReactNode } from 'react';
import { FilterLinks } from '@/components/filter-links';
import type { rangeLinks } from '../lib/range';

/** How far the page looks back. */
export function RangeChoice({ links }: { links: ReturnType<typeof rangeLinks> }): ReactNode {
  return <FilterLinks label="Time range" options={links} />;
}
