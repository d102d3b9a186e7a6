'use client';

import type { ReactNode } from 'react';
import { cx } from './cx';
import { type LookState, StateShape } from './state-shape';

const TEXT: Record<LookState, string> = {
  waiting: 'text-waiting',
  running: 'text-running',
  done: 'text-ink-2',
  failed: 'text-failed',
};

/** A state as a shape and a word. */
export function StateTag({
  state,
  children,
  title,
  strong = false,
}: {
  state: LookState;
  children: ReactNode;
  title?: string | undefined;
  strong?: boolean;
}): ReactNode {
  return (
    <span
      title={title}
      className={cx(
        'inline-flex items-baseline gap-1.5 whitespace-nowrap text-13',
        TEXT[state],
        strong && 'font-medium',
      )}
    >
      <StateShape state={state} className="self-center" />
      <span>{children}</span>
    </span>
  );
}
