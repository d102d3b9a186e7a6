'use client';

import type { ReactNode } from 'react';
import { useClock } from '../clock/clock';
import type { LookState } from '../state-shape';
import { type Life, lifeGeometry, lifeSpans } from './geometry';
import { MiniDrawing } from './mini';
import { lifeText } from './text';

/** A small life line of a job that waits or runs: it grows with the clock. */
export function MiniLive({
  life,
  state,
  axis,
  renderedAt,
}: {
  life: Life;
  state: LookState;
  axis: number;
  renderedAt: number;
}): ReactNode {
  const now = useClock((seconds) => seconds, renderedAt);
  const spans = lifeSpans(life, now);
  return <MiniDrawing geometry={lifeGeometry(spans, axis)} state={state} label={lifeText(spans, state)} />;
}
