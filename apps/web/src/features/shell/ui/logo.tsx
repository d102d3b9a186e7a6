import type { ReactNode } from 'react';

/** A life line in small: it waits, it runs, it is settled. */
export function Logo(): ReactNode {
  return (
    <svg width="22" height="16" viewBox="0 0 22 16" aria-hidden="true" className="shrink-0">
      <path d="M0 7.5 12 2.5V7.5z" className="fill-n-5" />
      <rect y="9" width="5" height="5" className="fill-waiting" />
      <rect x="5" y="9" width="13" height="5" className="fill-accent" />
      <rect x="18" y="1" width="2.5" height="15" className="fill-ink" />
    </svg>
  );
}
