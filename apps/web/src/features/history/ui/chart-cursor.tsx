'use client';

import { type KeyboardEvent, type PointerEvent, type ReactNode, useState } from 'react';
import { percent } from '@/components/life-line/geometry';

const STEPS: Readonly<Record<string, (at: number, last: number) => number>> = {
  ArrowLeft: (at) => at - 1,
  ArrowRight: (at) => at + 1,
  ArrowDown: (at) => at - 1,
  ArrowUp: (at) => at + 1,
  PageDown: (at) => at - 10,
  PageUp: (at) => at + 10,
  Home: () => 0,
  End: (_, last) => last,
};

/**
 * Lets a reader walk over a drawing, with the pointer or the arrow keys, and says what each place is. Without either it
 * says what the whole is.
 */
export function ChartCursor({
  name,
  whole,
  places,
  above,
  children,
}: {
  name: string;
  /** The whole in words. */
  whole: ReactNode;
  /** Each place in words, left to right. */
  places: readonly string[];
  /** What stands between the words and the drawing. */
  above: ReactNode;
  children: ReactNode;
}): ReactNode {
  const [at, setAt] = useState<number | null>(null);
  const last = places.length - 1;
  const move = (event: PointerEvent<HTMLDivElement>): void => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    const place = Math.floor(((event.clientX - left) / Math.max(1, width)) * places.length);
    setAt(Math.min(last, Math.max(0, place)));
  };
  const step = (event: KeyboardEvent<HTMLDivElement>): void => {
    if (event.key === 'Escape') setAt(null);
    const next = STEPS[event.key]?.(at ?? last + 1, last);
    if (next === undefined || event.metaKey || event.ctrlKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    setAt(Math.min(last, Math.max(0, next)));
  };
  const width = 100 / Math.max(1, places.length);
  return (
    <>
      <p className="min-h-5 text-13 text-ink-2 tabular-nums phone:min-h-10">
        {at === null ? whole : <span className="text-ink">{places[at]}</span>}
      </p>
      {above}
      <div
        role="slider"
        tabIndex={0}
        aria-label={`${name}: walk through with the arrow keys`}
        aria-valuemin={1}
        aria-valuemax={places.length}
        aria-valuenow={(at ?? last) + 1}
        aria-valuetext={at === null ? undefined : places[at]}
        onPointerMove={move}
        onPointerDown={move}
        onPointerLeave={() => setAt(null)}
        onKeyDown={step}
        onBlur={() => setAt(null)}
        className="relative touch-pan-y"
      >
        {children}
        {at !== null && (
          <svg width="100%" height="100%" aria-hidden="true" className="pointer-events-none absolute inset-0">
            <rect
              x={percent(at * width)}
              width={percent(width)}
              height="100%"
              className="fill-ink opacity-10"
            />
          </svg>
        )}
      </div>
    </>
  );
}
