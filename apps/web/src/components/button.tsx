import Link from 'next/link';
import type { ComponentProps, ReactNode } from 'react';
import { cx } from './cx';

export type ButtonVariant = 'primary' | 'plain' | 'quiet' | 'danger';
export type ButtonSize = 'small' | 'medium' | 'large';

const BASE =
  'inline-flex items-center justify-center gap-2 whitespace-nowrap rounded-6 border font-medium select-none transition-colors disabled:cursor-not-allowed disabled:opacity-50 aria-disabled:opacity-50';
const VARIANT: Record<ButtonVariant, string> = {
  primary:
    'border-accent bg-accent text-on-accent hover:enabled:border-accent-strong hover:enabled:bg-accent-strong',
  plain: 'border-line-strong bg-surface text-ink hover:bg-hover',
  quiet: 'border-transparent text-ink-2 hover:bg-hover hover:text-ink',
  danger: 'border-failed bg-surface text-failed hover:bg-failed-soft',
};
const SIZE: Record<ButtonSize, string> = {
  small: 'h-7 px-2 text-12',
  medium: 'h-8 px-3 text-13',
  large: 'h-10 px-4 text-14',
};

function buttonClass(variant: ButtonVariant = 'plain', size: ButtonSize = 'medium'): string {
  return cx(BASE, VARIANT[variant], SIZE[size]);
}

interface ButtonLook {
  variant?: ButtonVariant | undefined;
  size?: ButtonSize | undefined;
}

export interface ButtonProps extends ButtonLook, ComponentProps<'button'> {
  /** Shows that the press is being worked on, and takes no further one. Screen readers hear it too. */
  busy?: boolean | undefined;
}

export function Button({
  variant,
  size,
  busy = false,
  disabled,
  className,
  children,
  type = 'button',
  ...rest
}: ButtonProps): ReactNode {
  return (
    <button
      {...rest}
      type={type}
      disabled={disabled === true || busy}
      aria-busy={busy || undefined}
      className={cx(buttonClass(variant, size), className)}
    >
      {busy && <BusyMark />}
      {children}
    </button>
  );
}

export interface ButtonLinkProps extends ButtonLook, ComponentProps<typeof Link> {}

/** A link that looks like a button. */
export function ButtonLink({ variant, size, className, ...rest }: ButtonLinkProps): ReactNode {
  return <Link {...rest} className={cx(buttonClass(variant, size), className)} />;
}

function BusyMark(): ReactNode {
  return (
    <svg width="12" height="8" viewBox="0 0 12 8" aria-hidden="true" className="breathes">
      <rect width="2" height="8" fill="currentColor" />
      <rect x="5" width="2" height="8" fill="currentColor" opacity="0.7" />
      <rect x="10" width="2" height="8" fill="currentColor" opacity="0.4" />
    </svg>
  );
}
