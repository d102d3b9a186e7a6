import type { ReactNode } from 'react';
import { cx } from './cx';

/** Names and values, value right, one hairline each. */
export function Facts({ children, className }: { children: ReactNode; className?: string }): ReactNode {
  return <dl className={cx('text-14', className)}>{children}</dl>;
}

export function Fact({
  name,
  note,
  children,
  strong = false,
}: {
  name: ReactNode;
  /** A lighter second line below the value. */
  note?: ReactNode;
  children: ReactNode;
  /** A sum: a stronger rule above it. */
  strong?: boolean;
}): ReactNode {
  return (
    <div
      className={cx(
        'flex items-baseline gap-4 border-b border-line py-2 last:border-b-0',
        strong && '-mt-px border-t border-t-line-strong font-medium',
      )}
    >
      <dt className={cx('shrink-0', !strong && 'text-ink-2')}>{name}</dt>
      <dd className="ml-auto min-w-0 text-right">
        {children}
        {note !== undefined && <div className="text-12 font-normal text-ink-3">{note}</div>}
      </dd>
    </div>
  );
}

/** A value that is not known, and why. */
export function Unknown({ why }: { why: string }): ReactNode {
  return (
    <span className="text-ink-3" title={why}>
      unknown<span className="sr-only">: {why}</span>
    </span>
  );
}
