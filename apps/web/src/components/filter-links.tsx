import Link from 'next/link';
import type { ReactNode } from 'react';
import { cx } from './cx';

/** One choice of a few, each an address. */
export function FilterLinks({
  label,
  options,
  className,
}: {
  label: string;
  options: readonly { name: ReactNode; href: string; here: boolean }[];
  className?: string;
}): ReactNode {
  return (
    <nav aria-label={label} className={cx('-ml-2.5 flex flex-wrap', className)}>
      {options.map((option) => (
        <Link
          key={option.href}
          href={option.href}
          prefetch={false}
          scroll={false}
          aria-current={option.here ? 'true' : undefined}
          className={cx(
            'rounded-6 px-2.5 py-1 text-13 transition-colors hover:text-ink',
            option.here ? 'bg-n-3 font-medium text-ink' : 'text-ink-2',
          )}
        >
          {option.name}
        </Link>
      ))}
    </nav>
  );
}
