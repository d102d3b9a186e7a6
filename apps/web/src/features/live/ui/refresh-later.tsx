'use client';

import { useRouter } from 'next/navigation';
import { useEffect } from 'react';

/** Draws the page once more after a while: finality comes with time, and no change announces it. */
export function RefreshLater({ seconds }: { seconds: number }): null {
  const router = useRouter();
  useEffect(() => {
    const timer = setTimeout(() => router.refresh(), seconds * 1_000);
    return () => clearTimeout(timer);
  }, [router, seconds]);
  return null;
}
