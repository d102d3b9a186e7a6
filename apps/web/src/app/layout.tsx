import type { Metadata } from 'next';
import { cookies } from 'next/headers';
import type { ReactNode } from 'react';
import { ClockProvider } from '@/components/clock/clock';
import { renderedAt } from '@/components/clock/rendered-at';
import { ToastProvider } from '@/components/toast';
import { LiveProvider } from '@/features/live/ui/live-provider';
import { THEME_COOKIE, TIME_COOKIE, themeFrom, timeFrom } from '@/features/shell/lib/preferences';
import { Footer } from '@/features/shell/ui/footer';
import { Header } from '@/features/shell/ui/header';
import { Keys } from '@/features/shell/ui/keys';
import '@/styles/globals.css';

export const metadata: Metadata = {
  title: { default: 'Inferscan', template: '%s · Inferscan' },
  description:
    'The open window and workbench of a decentralized inference network: jobs, nodes, markets, money.',
};

/** The page's colour in each theme, as tokens.css has it. */
const PAGE_COLOR = { light: '#fafaf8', dark: '#111312' };

export default async function RootLayout({ children }: { children: ReactNode }) {
  const jar = await cookies();
  const theme = themeFrom(jar.get(THEME_COOKIE)?.value);
  const time = timeFrom(jar.get(TIME_COOKIE)?.value);
  return (
    <html lang="en" data-theme={theme === 'system' ? undefined : theme} data-time={time}>
      {/* Not Next's viewport: with every live drawing it would take these out and put them back, and then a browser styles the whole page anew. */}
      <head>
        <meta name="color-scheme" content={theme === 'system' ? 'light dark' : theme} />
        {(['light', 'dark'] as const).map((name) => (
          <meta
            key={name}
            name="theme-color"
            media={`(prefers-color-scheme: ${name})`}
            content={PAGE_COLOR[theme === 'system' ? name : theme]}
          />
        ))}
      </head>
      <body>
        <a
          href="#content"
          className="sr-only rounded-6 bg-accent text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-30 focus:px-3 focus:py-2"
        >
          Skip to the content
        </a>
        <ClockProvider renderedAt={renderedAt()}>
          <LiveProvider>
            <ToastProvider>
              <Header cluster={process.env.CLUSTER ?? 'localnet'} />
              <main id="content" tabIndex={-1} className="wrap min-h-[60vh] pt-7 outline-none phone:pt-5">
                {children}
              </main>
              <Footer theme={theme} time={time} />
              <Keys />
            </ToastProvider>
          </LiveProvider>
        </ClockProvider>
      </body>
    </html>
  );
}
