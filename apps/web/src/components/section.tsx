import type { ReactNode } from 'react';
import { cx } from './cx';

/** A part of a page: a heading, one line that explains it, and what leads on. */
export function Section({
  title,
  note,
  more,
  children,
  className,
  level = 2,
}: {
  title: ReactNode;
  note?: ReactNode;
  more?: ReactNode;
  children: ReactNode;
  className?: string | undefined;
  level?: 2 | 3;
}): ReactNode {
  const Heading = level === 2 ? 'h2' : 'h3';
  return (
    <section className={cx('min-w-0', className)}>
      <header className="mb-2 flex flex-wrap items-baseline gap-x-2.5">
        <Heading className="text-14 font-semibold">{title}</Heading>
        {note !== undefined && <span className="text-13 text-ink-3">{note}</span>}
        {more !== undefined && <span className="ml-auto text-13 text-ink-2">{more}</span>}
      </header>
      {children}
    </section>
  );
}

/** Top of a page: where it is, what it shows, what can be done. */
export function PageHeader({
  crumb,
  title,
  note,
  actions,
}: {
  crumb?: ReactNode;
  title: ReactNode;
  note?: ReactNode;
  actions?: ReactNode;
}): ReactNode {
  return (
    <header className="mb-6 flex flex-wrap items-end gap-x-4 gap-y-3">
      <div className="min-w-0">
        {crumb !== undefined && <p className="mb-1 text-13 text-ink-3">{crumb}</p>}
        <h1 className="tight flex flex-wrap items-center gap-x-3 gap-y-1 text-20 font-semibold">{title}</h1>
        {note !== undefined && <p className="mt-1 max-w-160 text-13 text-ink-2">{note}</p>}
      </div>
      {actions !== undefined && <div className="ml-auto flex flex-wrap gap-2">{actions}</div>}
    </header>
  );
}
