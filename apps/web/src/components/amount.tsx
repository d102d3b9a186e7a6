import type { ReactNode } from 'react';
import { exactAmount, shortAmount } from '@/format/amount';
import { cx } from './cx';

export interface AmountProps {
  /** Base units. */
  base: bigint;
  unit?: string | undefined;
  /** 'exact' shows every digit; 'short' cuts for tables and keeps the rest in the title. */
  precision?: 'exact' | 'short' | undefined;
  /** Decimals of the short form. */
  fraction?: number | undefined;
  className?: string | undefined;
}

/** An amount of tokens with its unit in a lighter tone. */
export function Amount({
  base,
  unit = 'NOS',
  precision = 'exact',
  fraction,
  className,
}: AmountProps): ReactNode {
  const exact = exactAmount(base);
  const text = precision === 'exact' ? { digits: exact, shortened: false } : shortAmount(base, fraction);
  return (
    <span
      className={cx('whitespace-nowrap tabular-nums', className)}
      title={text.shortened ? `${exact} ${unit}` : undefined}
    >
      {text.digits}
      {unit !== '' && <span className="text-ink-3"> {unit}</span>}
    </span>
  );
}

/** A flow of money: an arrow says the direction, so that colour need not. */
export function Flow({
  base,
  direction,
  precision,
}: {
  base: bigint;
  direction: 'in' | 'out';
  precision?: AmountProps['precision'];
}): ReactNode {
  return (
    <span className="inline-flex items-baseline gap-1.5 whitespace-nowrap">
      <FlowArrow direction={direction} />
      <span className="sr-only">{direction === 'in' ? 'in' : 'out'}</span>
      <Amount base={base} precision={precision} />
    </span>
  );
}

/** Into the vault points right to a bar, out of it points away from one. */
export function FlowArrow({ direction }: { direction: 'in' | 'out' }): ReactNode {
  return (
    <svg
      width="12"
      height="8"
      viewBox="0 0 12 8"
      aria-hidden="true"
      className="shrink-0 self-center text-ink-3"
    >
      {direction === 'in' ? (
        <path d="M0 4h7.5M5 1.2 7.8 4 5 6.8M11 0v8" fill="none" stroke="currentColor" strokeWidth="1.25" />
      ) : (
        <path
          d="M1 0v8M4 4h7.5M8.6 1.2 11.4 4 8.6 6.8"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.25"
        />
      )}
    </svg>
  );
}
