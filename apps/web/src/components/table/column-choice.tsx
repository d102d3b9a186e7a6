import Link from 'next/link';
import type { ReactNode } from 'react';

/** Which columns a table shows; each choice is an address, so a view can be kept and sent. */
export function ColumnChoice({
  columns,
}: {
  columns: readonly { name: string; shown: boolean; href: string }[];
}): ReactNode {
  return (
    <details className="group/columns relative phone:hidden">
      <summary className="flex h-8 list-none items-center rounded-6 border border-line-strong bg-surface px-3 text-13 hover:border-n-6 [&::-webkit-details-marker]:hidden">
        Columns
      </summary>
      <ul className="absolute top-9 right-0 z-4 min-w-40 rounded-6 border border-line-strong bg-surface py-1 shadow-[0_8px_24px_var(--shadow)]">
        {columns.map((column) => (
          <li key={column.name}>
            <Link
              href={column.href}
              prefetch={false}
              scroll={false}
              className="flex h-8 items-center gap-2 px-3 text-13 hover:bg-hover"
            >
              <svg width="10" height="8" viewBox="0 0 10 8" aria-hidden="true">
                {column.shown && (
                  <path d="m1 4.2 2.6 2.6L9 1" fill="none" stroke="currentColor" strokeWidth="1.5" />
                )}
              </svg>
              {column.name}
              <span className="sr-only">{column.shown ? ', shown' : ', hidden'}</span>
            </Link>
          </li>
        ))}
      </ul>
    </details>
  );
}
