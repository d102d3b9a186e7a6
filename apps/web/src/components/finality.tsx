import type { Finality as Sure } from '@inferscan/api/client';
import type { ReactNode } from 'react';

const WHAT: Record<Sure, string> = {
  confirmed: 'A supermajority of validators voted for it.',
  finalized: 'It cannot be undone any more.',
};

/** How sure the chain is: one tick for confirmed, two for finalized. */
export function Finality({ value }: { value: Sure }): ReactNode {
  return (
    <span title={WHAT[value]} className="inline-flex items-baseline gap-1 whitespace-nowrap">
      <svg
        width="13"
        height="8"
        viewBox="0 0 13 8"
        aria-hidden="true"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.25"
        className="self-center"
      >
        <path d="m1 4.2 2.6 2.6L9 1" />
        {value === 'finalized' && <path d="m6.4 5.8 1 1L12.6 1" />}
      </svg>
      {value}
    </span>
  );
}
