import type { ReactNode } from 'react';
import { percent } from '@/components/life-line/geometry';
import { lineParts } from '../lib/scale';
import { CHART_HEIGHT } from './chart';

/** A line through what was measured; where neighbours are missing, points. */
export function Line({
  values,
  top,
  className,
  dashed = false,
}: {
  values: readonly (number | null)[];
  top: number;
  className: string;
  dashed?: boolean;
}): ReactNode {
  const step = 100 / Math.max(1, values.length);
  const x = (place: number): string => percent((place + 0.5) * step);
  const y = (place: number): number => CHART_HEIGHT * (1 - (values[place] ?? 0) / top);
  return (
    <g className={className}>
      {lineParts(values).map((part) =>
        part.length === 1
          ? part.map((place) => (
              <circle
                key={place}
                cx={x(place)}
                cy={y(place)}
                r={dashed ? 1.5 : 2.5}
                className="fill-current"
              />
            ))
          : part
              .slice(1)
              .map((place) => (
                <line
                  key={place}
                  x1={x(place - 1)}
                  y1={y(place - 1)}
                  x2={x(place)}
                  y2={y(place)}
                  stroke="currentColor"
                  strokeWidth={dashed ? 1.25 : 2}
                  strokeLinecap="round"
                  strokeDasharray={dashed ? '3 3' : undefined}
                />
              )),
      )}
    </g>
  );
}
