import type { ReactNode } from 'react';
import { percent } from '@/components/life-line/geometry';
import { CHART_HEIGHT } from './chart';

/** Of the room that a bar has. */
const FILLED = 0.76;

/** Bars from zero, several parts on top of each other, the first at the bottom. */
export function Bars({
  values,
  top,
  classes,
}: {
  /** For each place its parts. */
  values: readonly (readonly number[])[];
  top: number;
  classes: readonly string[];
}): ReactNode {
  const step = 100 / Math.max(1, values.length);
  return values.map((parts, place) => {
    let below = 0;
    return parts.map((value, part) => {
      if (value <= 0) return null;
      const from = below;
      below += value;
      const y = CHART_HEIGHT * (1 - below / top);
      // What is there is seen, however little it is.
      const height = Math.max(1.5, (CHART_HEIGHT * value) / top);
      return (
        <rect
          // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its place.
          key={`${place} ${part}`}
          x={percent(place * step + (step * (1 - FILLED)) / 2)}
          width={percent(step * FILLED)}
          y={from === 0 ? CHART_HEIGHT - height : Math.min(y, CHART_HEIGHT - 1.5)}
          height={height}
          className={classes[part]}
        />
      );
    });
  });
}
