import { type ReactNode, useId } from 'react';
import type { LookState } from '../state-shape';
import type { LifeGeometry } from './geometry';
import { percent } from './geometry';
import { HatchPattern } from './hatch';

const FILL: Record<LookState, string> = {
  waiting: 'fill-waiting',
  running: 'fill-running',
  done: 'fill-done',
  failed: 'fill-failed',
};

/**
 * The drawing of a small life line; who draws it decides whether it moves. It moves in steps of a second: a page of running
 * jobs that glided would be laid out and painted for every frame, which takes most of a processor core.
 */
export function MiniDrawing({
  geometry,
  state,
  label,
}: {
  geometry: LifeGeometry;
  state: LookState;
  label: string;
}): ReactNode {
  const hatch = useId();
  const { wait, run, remaining, end, broken } = geometry;
  const live = state === 'running' || state === 'waiting';
  return (
    <svg width="100%" height="16" role="img" aria-label={label} className="block min-w-30 overflow-hidden">
      <defs>
        <HatchPattern id={hatch} />
      </defs>
      <line x1="0" y1="13.5" x2="100%" y2="13.5" className="stroke-line" />
      {wait.width > 0 && <rect y="4" height="7" x="0" width={percent(wait.width)} fill={`url(#${hatch})`} />}
      {remaining.width > 0 && (
        <line
          y1="7.5"
          y2="7.5"
          x1={percent(remaining.x)}
          x2={percent(remaining.x + remaining.width)}
          strokeDasharray="1 3"
          className="stroke-n-5"
        />
      )}
      {run.width > 0 && (
        <rect y="4" height="7" x={percent(run.x)} width={percent(run.width)} className={FILL[state]} />
      )}
      {!live && !broken && (
        <svg x={percent(Math.min(end, 98.5))} overflow="visible" aria-hidden="true">
          <rect x="-1" y="1.5" width="2" height="12" className={FILL[state]} />
        </svg>
      )}
      {broken && (
        <svg x="100%" overflow="visible" aria-hidden="true">
          <path d="M-13 14 -8 1M-9 14-4 1" className="stroke-page" strokeWidth="2" />
        </svg>
      )}
    </svg>
  );
}
