'use client';

import { usePathname } from 'next/navigation';
import type { ReactNode } from 'react';
import { cx } from '@/components/cx';
import { isUnder, PLACES } from '../lib/places';
import { NavLink } from './nav-link';

export function Nav({ className }: { className?: string }): ReactNode {
  const path = usePathname();
  return (
    <nav aria-label="Main" className={cx('flex items-center gap-1', className)}>
      {PLACES.filter((place) => place.main).map((place) => {
        const here = isUnder(path, place.href);
        return (
          <NavLink
            key={place.href}
            href={place.href}
            aria-current={here ? 'page' : undefined}
            className={cx(
              'rounded-6 px-2.5 py-1 transition-colors hover:bg-hover hover:text-ink',
              here ? 'font-medium text-ink' : 'text-ink-2',
            )}
          >
            {place.name}
          </NavLink>
        );
      })}
    </nav>
  );
}
