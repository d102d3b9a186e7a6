import type { ReactNode } from 'react';
import { ChartCursor } from './chart-cursor';

export interface ChartProps {
  /** What is seen, e.g. "NOS paid to nodes per hour". */
  title: string;
  /** The whole in words. */
  whole: ReactNode;
  /** Each hour or day in words, oldest first. */
  places: readonly string[];
  /** The end of the axis, which begins at zero. */
  top: string;
  /** Days or hours under the left end, the middle and the right end. */
  along: readonly [string, string, string];
  /** What the colours and lines are. */
  parts?: ReactNode;
  children: ReactNode;
}

/** Height of every drawing, pixels. */
export const CHART_HEIGHT = 112;

/** A drawing over time with its name, its axis and what it says in words. */
export function Chart({ title, whole, places, top, along, parts, children }: ChartProps): ReactNode {
  return (
    <figure className="min-w-0 border-t border-line pt-3">
      <figcaption className="text-13 font-medium">{title}</figcaption>
      <ChartCursor
        name={title}
        whole={whole}
        places={places}
        above={
          <p className="mt-2 text-right text-12 text-ink-3 tabular-nums" aria-hidden="true">
            {top}
          </p>
        }
      >
        <svg width="100%" height={CHART_HEIGHT} aria-hidden="true" className="block overflow-visible">
          <line x1="0" x2="100%" y1="0.5" y2="0.5" className="stroke-line" />
          <line
            x1="0"
            x2="100%"
            y1={CHART_HEIGHT / 2 + 0.5}
            y2={CHART_HEIGHT / 2 + 0.5}
            className="stroke-line"
          />
          {children}
          <line
            x1="0"
            x2="100%"
            y1={CHART_HEIGHT - 0.5}
            y2={CHART_HEIGHT - 0.5}
            className="stroke-line-strong"
          />
        </svg>
      </ChartCursor>
      <p className="mt-1 flex justify-between text-12 text-ink-3 tabular-nums" aria-hidden="true">
        {along.map((text, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a label is its place.
          <span key={index}>{text}</span>
        ))}
      </p>
      {parts !== undefined && <p className="mt-1 flex flex-wrap gap-x-4 text-12 text-ink-2">{parts}</p>}
    </figure>
  );
}

/** A colour and what it stands for; its shape tells it apart as well. */
export function Part({ shape, children }: { shape: ReactNode; children: ReactNode }): ReactNode {
  return (
    <span className="inline-flex items-center gap-1.5">
      <svg width="12" height="10" aria-hidden="true" className="shrink-0">
        {shape}
      </svg>
      {children}
    </span>
  );
}
