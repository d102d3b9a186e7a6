'use client';

import type { ReactNode } from 'react';
import { durationText } from '@/format/duration';
import { useClock } from './clock';

/** Time since a moment, counting while the page is open. */
export function RunningDuration({ since, renderedAt }: { since: number; renderedAt: number }): ReactNode {
  const text = useClock((now) => durationText(now - since), renderedAt);
  return <span className="whitespace-nowrap tabular-nums">{text}</span>;
}
