import type { ReactNode } from 'react';
import { cx } from './cx';
import { type LookState, StateShape } from './state-shape';

export interface TimelineStep {
  key: string;
  time: ReactNode;
  state: LookState;
  text: ReactNode;
  /** What proves it: a signature, its finality. */
  proof?: ReactNode;
  /** Shown struck through: it was tried and changed nothing. */
  failed?: boolean;
}

/** What happened, in order; a line joins the steps. */
export function Timeline({ steps }: { steps: readonly TimelineStep[] }): ReactNode {
  return (
    <ol>
      {steps.map((step, index) => (
        <li
          key={step.key}
          className="grid grid-cols-[72px_8px_minmax(0,1fr)_auto] items-baseline gap-x-3 py-2 phone:grid-cols-[64px_8px_minmax(0,1fr)]"
        >
          <span className="text-13 text-ink-3">{step.time}</span>
          <span className="relative self-stretch pt-1.5">
            <StateShape state={step.state} className="relative z-1" />
            {index < steps.length - 1 && (
              <span
                aria-hidden="true"
                className="absolute top-4 -bottom-3 left-[3.5px] w-px bg-line-strong"
              />
            )}
          </span>
          <span className={cx('min-w-0', step.failed && 'text-ink-3')}>{step.text}</span>
          {step.proof !== undefined && (
            <span className="text-13 text-ink-3 phone:col-start-3">{step.proof}</span>
          )}
        </li>
      ))}
    </ol>
  );
}
