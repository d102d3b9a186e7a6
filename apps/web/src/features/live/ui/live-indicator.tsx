'use client';

import type { ReactNode } from 'react';
import { LiveDot } from './live-dot';
import { useLiveHealth } from './live-provider';

/** The page's own live dot. */
export function LiveIndicator(): ReactNode {
  return <LiveDot health={useLiveHealth()} compact />;
}
