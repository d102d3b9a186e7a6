'use client';

import type { ReactNode } from 'react';
import { useClock } from '../clock/clock';
import { FullDrawing, type FullLifeProps } from './full';

/** The full life line of a job that still goes on. */
export function FullLive({ renderedAt, ...rest }: FullLifeProps & { renderedAt: number }): ReactNode {
  const now = useClock((seconds) => seconds, renderedAt);
  return <FullDrawing {...rest} now={now} />;
}
