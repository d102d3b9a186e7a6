import type { ReactNode } from 'react';
import { percent } from './life-line/geometry';

export interface StatProps {
  label: ReactNode;
  value: ReactNode;
  /** Unit or context, lighter, behind the value. */
  unit?: ReactNode;
  /** One value per bucket, oldest first; null where nothing was measured. */
  series?: readonly (number | null)[] | undefined;
  /** What the bars show, e.g. "jobs running, per minute over the last 32 minutes". */
  seriesLabel?: string | undefined;
}

/** One figure with its recent past as bars. */
export function Stat({ label, value, unit, series, seriesLabel }: StatProps): ReactNode {
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <dt className="truncate text-13 text-ink-2">{label}</dt>
      <dd className="truncate">
        <span className="figure-number text-28 phone:text-20">{value}</span>
        {unit !== undefined && <span className="ml-1.5 text-14 text-ink-3">{unit}</span>}
      </dd>
      {series !== undefined && (
        <dd>
          <Sparkbars values={series} label={seriesLabel ?? ''} />
        </dd>
      )}
    </div>
  );
}

const HEIGHT = 24;

/** Bars from zero; the last one, still filling, in the accent. */
export function Sparkbars({
  values,
  label,
}: {
  values: readonly (number | null)[];
  label: string;
}): ReactNode {
  const highest = Math.max(...values.map((value) => value ?? 0), Number.EPSILON);
  const step = 100 / Math.max(1, values.length);
  return (
    <svg width="100%" height={HEIGHT} role="img" aria-label={sparkText(values, label)} className="mt-1 block">
      <line x1="0" x2="100%" y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} className="stroke-line" />
      {values.map((value, index) => {
        if (value === null || value <= 0) return null;
        const height = Math.max(1.5, (value / highest) * (HEIGHT - 1));
        return (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: a bucket is its place.
            key={index}
            x={percent(index * step)}
            width={percent(step * 0.7)}
            y={HEIGHT - height}
            height={height}
            className={index === values.length - 1 ? 'fill-accent' : 'fill-n-5'}
          />
        );
      })}
    </svg>
  );
}

/** The bars in words: where they started, peaked and are now. */
function sparkText(values: readonly (number | null)[], label: string): string {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return `${label}: nothing measured yet`;
  const round = (value: number | undefined) => Math.round((value ?? 0) * 100) / 100;
  return `${label}: highest ${round(Math.max(...known))}, now ${round(known.at(-1))}`;
}
