import type { ReactNode } from 'react';
import { cx } from './cx';

/** Holds the place of something that comes; not drawn before 300 ms. */
export function Skeleton({ className }: { className?: string }): ReactNode {
  return (
    <span aria-hidden="true" className={cx('appears-late block rounded-4 bg-n-3', className ?? 'h-3 w-24')} />
  );
}

/** Rows of a table that comes, at the height of its rows. */
export function SkeletonRows({ rows = 12 }: { rows?: number }): ReactNode {
  return (
    <div role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, index) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity.
          key={index}
          className="flex h-9 items-center gap-6 border-b border-line"
        >
          <Skeleton className="h-3 w-28" />
          <Skeleton className="h-3 w-20" />
          <Skeleton className="h-3 flex-1" />
          <Skeleton className="h-3 w-16" />
        </div>
      ))}
    </div>
  );
}

/** A page of a list that comes. */
export function ListSkeleton(): ReactNode {
  return (
    <>
      <Skeleton className="mb-3 h-6 w-32" />
      <Skeleton className="mb-8 h-4 w-80 max-w-full" />
      <SkeletonRows rows={14} />
    </>
  );
}
