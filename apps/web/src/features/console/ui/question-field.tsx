'use client';

import { type ReactNode, useId } from 'react';
import { Button } from '@/components/button';
import { cx } from '@/components/cx';
import { CONTROL } from '@/components/field';
import { StateShape } from '@/components/state-shape';
import { anyMultiplication, type DigitLimits, spoken } from '../lib/multiplication';

/** The multiplication to ask for, with another one at a press. */
export function QuestionField({
  value,
  error,
  limits,
  onChange,
  onLeave,
}: {
  value: string;
  /** What is wrong with it; null while nothing is, or while it is being typed. */
  error: string | null;
  limits: DigitLimits;
  onChange: (value: string) => void;
  onLeave: () => void;
}): ReactNode {
  const id = useId();
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="sr-only">
        Multiplication
      </label>
      <div className="flex gap-2">
        <input
          id={id}
          name="question"
          data-testid="launch-question"
          value={value}
          onChange={(event) => onChange(event.target.value)}
          onBlur={onLeave}
          inputMode="text"
          autoComplete="off"
          spellCheck={false}
          maxLength={40}
          aria-describedby={`${id}-note`}
          aria-invalid={error !== null || undefined}
          className={cx(CONTROL, 'h-11 max-w-70 font-mono text-20 tracking-tight')}
        />
        <Button
          className="h-11"
          onClick={() => onChange(spoken(anyMultiplication(limits, Math.random)))}
          aria-label="Fill in another multiplication"
        >
          Another one
        </Button>
      </div>
      {error === null ? (
        <p id={`${id}-note`} className="text-12 text-ink-3">
          Two whole numbers: one of up to {limits[0]} digits, one of up to {limits[1]}.
        </p>
      ) : (
        <p id={`${id}-note`} role="alert" className="flex items-baseline gap-1.5 text-12 text-failed">
          <StateShape state="failed" />
          <span>{error}</span>
        </p>
      )}
    </div>
  );
}
