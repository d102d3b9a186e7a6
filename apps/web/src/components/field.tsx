import { type ComponentProps, type ReactNode, useId } from 'react';
import { cx } from './cx';

/** How every control that takes text looks. */
export const CONTROL =
  'w-full rounded-6 border border-line-strong bg-surface px-3 text-14 text-ink placeholder:text-ink-3 transition-colors hover:border-n-6 focus-visible:outline-offset-0 disabled:cursor-not-allowed disabled:opacity-60 aria-[invalid=true]:border-failed';

export interface FieldProps {
  label: ReactNode;
  /** One line below the control: what it is for, its unit or limits. */
  hint?: ReactNode;
  /** What is wrong and what would be right. Takes the hint's place. */
  error?: ReactNode;
  /** Beside the label, e.g. "optional". */
  aside?: ReactNode;
  className?: string | undefined;
}

/** Ties a label, a hint and an error to one control. */
export function Field({
  label,
  hint,
  error,
  aside,
  className,
  id,
  children,
}: FieldProps & { id: string; children: ReactNode }): ReactNode {
  return (
    <div className={cx('flex flex-col gap-1', className)}>
      <div className="flex items-baseline gap-2">
        <label htmlFor={id} className="text-13 font-medium">
          {label}
        </label>
        {aside !== undefined && <span className="ml-auto text-12 text-ink-3">{aside}</span>}
      </div>
      {children}
      <FieldNote id={id} hint={hint} error={error} />
    </div>
  );
}

function FieldNote({ id, hint, error }: { id: string; hint?: ReactNode; error?: ReactNode }): ReactNode {
  if (error) {
    return (
      <p id={`${id}-note`} role="alert" className="flex items-baseline gap-1 text-12 text-failed">
        <svg width="8" height="8" viewBox="0 0 8 8" aria-hidden="true" className="shrink-0">
          <path d="M4 0 8 4 4 8 0 4z" fill="currentColor" />
        </svg>
        <span>{error}</span>
      </p>
    );
  }
  if (!hint) return null;
  return (
    <p id={`${id}-note`} className="text-12 text-ink-3">
      {hint}
    </p>
  );
}

function described(id: string, { hint, error }: Pick<FieldProps, 'hint' | 'error'>) {
  return {
    id,
    'aria-describedby': hint || error ? `${id}-note` : undefined,
    'aria-invalid': error ? true : undefined,
  } as const;
}

export interface TextFieldProps extends FieldProps, Omit<ComponentProps<'input'>, 'className' | 'id'> {
  /** Digits, addresses and code read better in mono. */
  mono?: boolean | undefined;
}

export function TextField({
  label,
  hint,
  error,
  aside,
  className,
  mono,
  ...rest
}: TextFieldProps): ReactNode {
  const id = useId();
  return (
    <Field id={id} label={label} hint={hint} error={error} aside={aside} className={className}>
      <input
        {...rest}
        {...described(id, { hint, error })}
        className={cx(CONTROL, 'h-9', mono && 'font-mono text-13')}
      />
    </Field>
  );
}

export interface TextAreaProps extends FieldProps, Omit<ComponentProps<'textarea'>, 'className' | 'id'> {
  mono?: boolean | undefined;
}

export function TextArea({ label, hint, error, aside, className, mono, ...rest }: TextAreaProps): ReactNode {
  const id = useId();
  return (
    <Field id={id} label={label} hint={hint} error={error} aside={aside} className={className}>
      <textarea
        {...rest}
        {...described(id, { hint, error })}
        className={cx(CONTROL, 'min-h-20 py-2', mono && 'font-mono text-13')}
      />
    </Field>
  );
}

export interface CheckboxProps extends Omit<ComponentProps<'input'>, 'className' | 'id' | 'type'> {
  label: ReactNode;
  hint?: ReactNode;
  className?: string | undefined;
}

export function Checkbox({ label, hint, className, ...rest }: CheckboxProps): ReactNode {
  const id = useId();
  return (
    <div className={cx('grid grid-cols-[16px_1fr] gap-x-2', className)}>
      <input {...rest} {...described(id, { hint })} type="checkbox" className="mt-0.5 size-4 accent-accent" />
      <label htmlFor={id} className="text-14">
        {label}
      </label>
      <div className="col-start-2">
        <FieldNote id={id} hint={hint} />
      </div>
    </div>
  );
}
