import type { ReactNode } from 'react';
import { ButtonLink } from '@/components/button';
import { LiveIndicator } from '@/features/live/ui/live-indicator';
import { SEARCH_INPUT_ID, SearchBox } from '@/features/search/ui/search-box';
import { Logo } from './logo';
import { Nav } from './nav';
import { NavLink } from './nav-link';

/** Where one is, where one can go, how fresh it all is. */
export function Header({ cluster }: { cluster: string }): ReactNode {
  return (
    <header className="sticky top-0 z-5 border-b border-line bg-page max-[1039px]:static">
      <div className="wrap flex min-h-13 flex-wrap items-center gap-x-4 max-[1039px]:gap-y-2 max-[1039px]:pt-2 phone:gap-y-1 phone:pb-2">
        <NavLink href="/" className="flex items-center gap-2 text-14 font-semibold tracking-tight">
          <Logo />
          Inferscan
        </NavLink>
        <span
          className="rounded-4 border border-line-strong px-1.5 text-12 text-ink-2"
          title="The chain that is shown"
        >
          {cluster}
        </span>
        <Nav className="phone:order-last phone:-mx-2.5 phone:w-[calc(100%+20px)] phone:justify-between" />
        <SearchBox
          id={SEARCH_INPUT_ID}
          className="ml-auto max-w-90 min-w-0 flex-1 max-[1039px]:order-2 max-[1039px]:mb-2 max-[1039px]:max-w-none max-[1039px]:basis-full phone:mt-1 phone:mb-0"
        />
        <span className="max-[1039px]:order-1 max-[1039px]:ml-auto">
          <LiveIndicator />
        </span>
        <ButtonLink
          href="/launch"
          prefetch={false}
          variant="primary"
          className="max-[1039px]:order-1 phone:h-7 phone:px-2"
        >
          <span>
            Launch<span className="phone:hidden"> a job</span>
          </span>
        </ButtonLink>
      </div>
    </header>
  );
}
