import type { ReactNode } from 'react';
import { ButtonLink } from '../button';

/** Keyset pages: onward and back to the start; a page number would not hold while rows arrive. */
export function Pager({
  firstHref,
  nextHref,
  count,
  noun,
}: {
  /** Set when this is not the first page. */
  firstHref?: string | undefined;
  nextHref?: string | undefined;
  /** Rows shown. */
  count: number;
  noun: string;
}): ReactNode {
  if (firstHref === undefined && nextHref === undefined) {
    return count > 0 ? <p className="py-3 text-13 text-ink-3">{`That is all: ${count} ${noun}.`}</p> : null;
  }
  return (
    <nav aria-label="Pages" className="flex items-center gap-2 py-3">
      {firstHref !== undefined && (
        <ButtonLink href={firstHref} prefetch={false}>
          Back to the start
        </ButtonLink>
      )}
      {nextHref !== undefined && (
        <ButtonLink href={nextHref} prefetch={false} rel="next">
          Next {noun}
        </ButtonLink>
      )}
    </nav>
  );
}
