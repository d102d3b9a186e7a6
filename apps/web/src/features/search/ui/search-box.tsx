import Form from 'next/form';
import type { ReactNode } from 'react';
import { cx } from '@/components/cx';

export const SEARCH_INPUT_ID = 'search';

/** Finds an address, a signature, a CID or a model. A plain form: it works before any script does. */
export function SearchBox({
  id,
  query,
  className,
  large = false,
}: {
  id?: string;
  query?: string | undefined;
  className?: string;
  large?: boolean;
}): ReactNode {
  return (
    <Form action="/search" prefetch={false} role="search" className={cx('group relative', className)}>
      <svg
        width="14"
        height="14"
        viewBox="0 0 14 14"
        aria-hidden="true"
        className="pointer-events-none absolute top-1/2 left-2.5 -translate-y-1/2 text-ink-3"
      >
        <path
          d="m9 9 4 4M10.5 6a4.5 4.5 0 1 1-9 0 4.5 4.5 0 0 1 9 0z"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.25"
        />
      </svg>
      <input
        id={id}
        name="q"
        type="search"
        required
        maxLength={200}
        defaultValue={query}
        aria-label="Search for an address, signature, CID or model"
        placeholder="Address, signature, CID or model"
        autoComplete="off"
        spellCheck={false}
        className={cx(
          'w-full rounded-6 border border-line-strong bg-surface pr-8 pl-8 text-13 placeholder:text-ink-3 hover:border-n-6 focus-visible:outline-offset-0 [&::-webkit-search-cancel-button]:hidden',
          large ? 'h-10' : 'h-8',
        )}
      />
      <span
        aria-hidden="true"
        className="pointer-events-none absolute top-1/2 right-2 -translate-y-1/2 rounded-4 border border-line-strong px-1.5 font-mono text-12 leading-4 text-ink-3 group-focus-within:hidden phone:hidden"
      >
        /
      </span>
    </Form>
  );
}
