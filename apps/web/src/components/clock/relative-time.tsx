'use client';

import type { ReactNode } from 'react';
import { isoTime, relativeText, utcClock, utcText } from '@/format/time';
import { useClock } from './clock';

export interface RelativeTimeProps {
  /** Unix seconds. */
  at: number;
  renderedAt: number;
  /** Show only the time of day where the day is clear from the place. */
  short?: boolean;
}

/** "3 min ago", with the exact UTC on hover; readers who prefer UTC everywhere switch it in the footer. */
export function RelativeTime({ at, renderedAt, short = false }: RelativeTimeProps): ReactNode {
  const relative = useClock((now) => relativeText(at, now), renderedAt);
  const exact = utcText(at);
  return (
    <time dateTime={isoTime(at)} title={exact} className="whitespace-nowrap tabular-nums">
      <span data-clock="relative">{relative}</span>
      <span data-clock="utc">{short ? utcClock(at) : exact.slice(0, -4)}</span>
    </time>
  );
}
