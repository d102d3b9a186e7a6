import type { ReactNode } from 'react';
import { cx } from './cx';

/** The four looks of anything that has a state; each has its own shape as well as its hue. */
export type LookState = 'waiting' | 'running' | 'done' | 'failed';

const HUE: Record<LookState, string> = {
  waiting: 'text-waiting',
  running: 'text-running',
  done: 'text-done',
  failed: 'text-failed',
};

/** Waiting: ring. Running: disc. Done: square. Failed: diamond. Decorative: the word beside it is the text. */
export function StateShape({ state, className }: { state: LookState; className?: string }): ReactNode {
  return (
    <svg
      width="8"
      height="8"
      viewBox="0 0 8 8"
      aria-hidden="true"
      className={cx('shrink-0', HUE[state], className)}
    >
      {state === 'waiting' && (
        <circle cx="4" cy="4" r="3" fill="none" stroke="currentColor" strokeWidth="2" />
      )}
      {state === 'running' && <circle cx="4" cy="4" r="4" fill="currentColor" />}
      {state === 'done' && <rect x="0.5" y="0.5" width="7" height="7" rx="1" fill="currentColor" />}
      {state === 'failed' && <path d="M4 0 8 4 4 8 0 4z" fill="currentColor" />}
    </svg>
  );
}
