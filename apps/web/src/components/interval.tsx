import type { ReactNode } from 'react';
import { percent } from './life-line/geometry';

/** A share with its uncertainty: a dot on the range in which the truth lies, from 0 to 1. */
export function IntervalBar({
  value,
  lower,
  upper,
  label,
}: {
  value: number;
  lower: number;
  upper: number;
  label: string;
}): ReactNode {
  return (
    <svg
      width="72"
      height="12"
      role="img"
      aria-label={label}
      className="inline-block shrink-0 overflow-visible"
    >
      <line x1="0" x2="100%" y1="6" y2="6" className="stroke-line-strong" />
      <rect
        x={percent(lower * 100)}
        width={percent(Math.max(1, (upper - lower) * 100))}
        y="3.5"
        height="5"
        className="fill-done"
        opacity="0.35"
      />
      <rect x={percent(Math.min(98.5, value * 100))} y="1" width="2" height="10" className="fill-done" />
    </svg>
  );
}
