import Link from 'next/link';
import type { ReactNode } from 'react';
import type { Theme, TimeStyle } from '../lib/preferences';
import { ThemeSwitch, TimeSwitch } from './preferences';

export function Footer({ theme, time }: { theme: Theme; time: TimeStyle }): ReactNode {
  return (
    <footer className="mt-16 border-t border-line">
      <div className="wrap flex flex-wrap items-center gap-x-6 gap-y-3 py-5 text-13 text-ink-3">
        <p>
          Press <kbd className="rounded-4 border border-line-strong px-1.5 font-mono text-12">?</kbd> for the
          keys
        </p>
        <Link href="/coverage" prefetch={false} className="hover:text-ink hover:underline">
          Coverage
        </Link>
        <Link href="/design" prefetch={false} className="hover:text-ink hover:underline">
          Design
        </Link>
        <a href="/api/health" className="hover:text-ink hover:underline">
          Health
        </a>
        <div className="ml-auto flex flex-wrap gap-3 phone:ml-0">
          <TimeSwitch initial={time} />
          <ThemeSwitch initial={theme} />
        </div>
      </div>
    </footer>
  );
}
