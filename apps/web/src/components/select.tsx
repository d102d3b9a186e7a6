import { type ComponentProps, type ReactNode, useId } from 'react';
import { cx } from './cx';
import { CONTROL, Field, type FieldProps } from './field';

export interface SelectOption {
  value: string;
  label: string;
  disabled?: boolean | undefined;
}

export interface SelectProps
  extends FieldProps,
    Omit<ComponentProps<'select'>, 'className' | 'id' | 'children'> {
  options: readonly SelectOption[];
}

/** The platform's own select: the keyboard and phone pickers that people know. */
export function Select({ label, hint, error, aside, className, options, ...rest }: SelectProps): ReactNode {
  const id = useId();
  return (
    <Field id={id} label={label} hint={hint} error={error} aside={aside} className={className}>
      <div className="relative">
        <select
          {...rest}
          id={id}
          aria-describedby={hint || error ? `${id}-note` : undefined}
          aria-invalid={error ? true : undefined}
          className={cx(CONTROL, 'h-9 appearance-none pr-8')}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value} disabled={option.disabled}>
              {option.label}
            </option>
          ))}
        </select>
        <SelectMark />
      </div>
    </Field>
  );
}

/** The two arrow heads at a select's end. */
export function SelectMark(): ReactNode {
  return (
    <svg
      width="8"
      height="12"
      viewBox="0 0 8 12"
      aria-hidden="true"
      className="pointer-events-none absolute top-1/2 right-3 -translate-y-1/2 text-ink-3"
    >
      <path
        d="M1.5 4.5 4 2l2.5 2.5M1.5 7.5 4 10l2.5-2.5"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.25"
      />
    </svg>
  );
}
