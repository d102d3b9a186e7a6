import type { ReactNode } from 'react';
import type { LiveHealth, LiveState } from '../lib/health';

const TEXT: Record<LiveState, string> = {
  connecting: 'Connecting',
  live: 'Live',
  delayed: 'Delayed',
  stale: 'Stale',
};

/** Whether what is shown is the present: a shape, a word, and the lag in seconds. */
export function LiveDot({ health, compact = false }: { health: LiveHealth; compact?: boolean }): ReactNode {
  const { state, lagSeconds, reason } = health;
  const lag = lagSeconds === null ? '' : `, ${lagSeconds} s behind`;
  return (
    <span title={reason} className="inline-flex items-center gap-2 text-13 whitespace-nowrap text-ink-2">
      <DotShape state={state} />
      <span className={compact ? 'phone:sr-only' : undefined}>
        {TEXT[state]}
        <span className="text-ink-3 tabular-nums">{lag}</span>
      </span>
    </span>
  );
}

function DotShape({ state }: { state: LiveState }): ReactNode {
  return (
    <svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true" className="shrink-0">
      {state === 'live' && (
        <>
          <circle cx="5" cy="5" r="5" className="fill-running-soft" />
          <circle cx="5" cy="5" r="3" className="fill-running" />
        </>
      )}
      {state === 'connecting' && (
        <circle cx="5" cy="5" r="3.25" fill="none" strokeWidth="1.5" className="breathes stroke-n-6" />
      )}
      {state === 'delayed' && (
        <circle cx="5" cy="5" r="3" fill="none" strokeWidth="2" className="stroke-waiting" />
      )}
      {state === 'stale' && <path d="M5 .5 9.5 5 5 9.5.5 5z" className="fill-failed" />}
    </svg>
  );
}
