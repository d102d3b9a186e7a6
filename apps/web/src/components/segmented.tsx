import { type ReactNode, useId } from 'react';
import { cx } from './cx';

export interface SegmentedProps<Value extends string> {
  label: string;
  value: Value;
  options: readonly { value: Value; label: ReactNode }[];
  onChange: (value: Value) => void;
  /** Show the label above instead of only telling it to screen readers. */
  labelled?: boolean | undefined;
  disabled?: boolean | undefined;
}

/** One choice of a few, all in sight: radio buttons drawn as one control. */
export function Segmented<Value extends string>({
  label,
  value,
  options,
  onChange,
  labelled = false,
  disabled = false,
}: SegmentedProps<Value>): ReactNode {
  const name = useId();
  return (
    <fieldset className="flex min-w-0 flex-col gap-1" disabled={disabled}>
      <legend className={labelled ? 'mb-1 text-13 font-medium' : 'sr-only'}>{label}</legend>
      <div className="inline-flex w-fit rounded-6 border border-line-strong bg-surface p-0.5">
        {options.map((option) => (
          <label
            key={option.value}
            className={cx(
              'relative cursor-pointer rounded-4 px-2 py-0.5 text-13 transition-colors has-focus-visible:outline-2 has-focus-visible:outline-accent',
              option.value === value ? 'bg-n-4 font-medium text-ink' : 'text-ink-2 hover:text-ink',
            )}
          >
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={option.value === value}
              onChange={() => onChange(option.value)}
              className="absolute inset-0 cursor-pointer opacity-0"
            />
            {option.label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
