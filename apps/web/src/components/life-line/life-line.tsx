import type { ReactNode } from 'react';
import type { LookState } from '../state-shape';
import { type Life, lifeGeometry, lifeSpans } from './geometry';
import { MiniDrawing } from './mini';
import { MiniLive } from './mini-live';
import { lifeText } from './text';

export interface LifeLineProps {
  life: Life;
  state: LookState;
  /** Seconds that the whole line stands for; the same in every row of a table. */
  axis: number;
  renderedAt: number;
}

/** A job's life as a small bar for tables. Only lives that still go on cost script in the browser. */
export function LifeLine({ life, state, axis, renderedAt }: LifeLineProps): ReactNode {
  if (life.listedAt === null) return <span className="text-12 text-ink-3">time unknown</span>;
  if (life.endedAt === null)
    return <MiniLive life={life} state={state} axis={axis} renderedAt={renderedAt} />;
  const spans = lifeSpans(life, renderedAt);
  return <MiniDrawing geometry={lifeGeometry(spans, axis)} state={state} label={lifeText(spans, state)} />;
}
