'use client';

import { type ReactNode, useEffect, useState } from 'react';
import { cx } from './cx';

/** Copies a text at one click and says so for a moment. */
export function CopyButton({
  text,
  label,
  className,
}: {
  text: string;
  /** What is copied, e.g. "address". */
  label: string;
  className?: string | undefined;
}): ReactNode {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1_500);
    return () => clearTimeout(timer);
  }, [copied]);

  return (
    <button
      type="button"
      aria-label={copied ? 'Copied' : `Copy ${label}`}
      title={copied ? 'Copied' : `Copy ${label}`}
      onClick={() => {
        void navigator.clipboard.writeText(text).then(
          () => setCopied(true),
          () => setCopied(false),
        );
      }}
      className={cx('z-1 inline-flex rounded-4 p-0.5 text-ink-3 transition-colors hover:text-ink', className)}
    >
      <svg
        width="14"
        height="14"
        viewBox="0 0 14 14"
        aria-hidden="true"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.25"
      >
        {copied ? (
          <path d="m2.5 7.5 3 3 6-7" className="stroke-accent" strokeWidth="1.75" />
        ) : (
          <path d="M4.5 4.5v-2h7v7h-2M2.5 4.5h7v7h-7z" />
        )}
      </svg>
    </button>
  );
}
