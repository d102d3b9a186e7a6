import type { NodeOutcomes } from '@inferscan/api/client';
import type { ReactNode } from 'react';
import { percent } from '@/components/life-line/geometry';
import { type LookState, StateShape } from '@/components/state-shape';
import { groupedInteger } from '@/format/amount';

const KINDS: readonly {
  key: keyof NodeOutcomes;
  name: string;
  look: LookState;
  fill: string;
  opacity: number;
}[] = [
  { key: 'succeeded', name: 'succeeded', look: 'done', fill: 'fill-done', opacity: 1 },
  { key: 'stopped', name: 'stopped by poster or limit', look: 'waiting', fill: 'fill-done', opacity: 0.45 },
  { key: 'unknown', name: 'unknown', look: 'waiting', fill: 'fill-n-5', opacity: 1 },
  { key: 'failed', name: 'failed', look: 'failed', fill: 'fill-failed', opacity: 1 },
  { key: 'quit', name: 'given up', look: 'failed', fill: 'fill-failed', opacity: 0.55 },
];

/** How a node's runs ended, as one bar with its parts named. */
export function Outcomes({ outcomes }: { outcomes: NodeOutcomes }): ReactNode {
  const total = KINDS.reduce((sum, kind) => sum + outcomes[kind.key], 0);
  if (total === 0)
    return <p className="border-t border-line py-2 text-13 text-ink-2">No result has been read yet.</p>;
  const shown = KINDS.filter((kind) => outcomes[kind.key] > 0);
  let x = 0;
  return (
    <figure>
      <svg
        width="100%"
        height="20"
        role="img"
        aria-label={shown.map((kind) => `${outcomes[kind.key]} ${kind.name}`).join(', ')}
        className="block"
      >
        {shown.map((kind) => {
          const width = (outcomes[kind.key] / total) * 100;
          const from = x;
          x += width;
          return (
            <rect
              key={kind.key}
              x={percent(from)}
              width={percent(Math.max(0.4, width - 0.2))}
              height="20"
              className={kind.fill}
              opacity={kind.opacity}
            />
          );
        })}
      </svg>
      <figcaption className="mt-2 flex flex-wrap gap-x-5 gap-y-1 text-13 text-ink-2">
        {shown.map((kind) => (
          <span key={kind.key} className="inline-flex items-center gap-1.5">
            <StateShape state={kind.look} />
            <span className="tabular-nums">{groupedInteger(outcomes[kind.key])}</span> {kind.name}
          </span>
        ))}
      </figcaption>
    </figure>
  );
}
