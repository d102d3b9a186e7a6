'use client';

import type { ReactNode } from 'react';
import { useClock } from '../clock/clock';
import type { LookState } from '../state-shape';
import { type Life, lifeGeometry, lifeSpans } from './geometry';
import { MiniDrawing } from './mini';
import { lifeText } from './text';

export interface LifeLineProps {
  life: Life;
  state: LookState;
  /** Seconds that the whole line stands for; the same in every row of a table. */
  axis: number;
  renderedAt: number;
}

/**
 * A job's life as a small bar for tables; it grows with the clock while the job waits or runs.
 * Drawn in the browser too when it is over: its times are a tenth of its drawing, and rows are sent often.
 */
export function LifeLine({ life, state, axis, renderedAt }: LifeLineProps): ReactNode {
  const now = useClock((seconds) => seconds, renderedAt, life.endedAt === null);
  if (life.listedAt === null) return <span className="text-12 text-ink-3">time unknown</span>;
  const spans = lifeSpans(life, now);
  return <MiniDrawing geometry={lifeGeometry(spans, axis)} state={state} label={lifeText(spans, state)} />;
}
