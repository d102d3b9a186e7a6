'use client';

import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useState,
  useSyncExternalStore,
} from 'react';

interface Clock {
  /** Unix seconds by the server's clock, with fractions. */
  now(): number;
  /** Calls back once a second; all callers share one timer. */
  subscribe(tick: () => void): () => void;
}

/** Differences below this are the time that the page took to arrive, not clocks that disagree. */
const BELIEVABLE_DELAY_SECONDS = 3;

function createClock(renderedAt: number): Clock {
  const difference = renderedAt - Date.now() / 1_000;
  const offset = Math.abs(difference) < BELIEVABLE_DELAY_SECONDS ? 0 : difference;
  const listeners = new Set<() => void>();
  let timer: ReturnType<typeof setInterval> | undefined;
  return {
    now: () => Date.now() / 1_000 + offset,
    subscribe(tick) {
      listeners.add(tick);
      timer ??= setInterval(() => {
        for (const listener of listeners) listener();
      }, 1_000);
      return () => {
        listeners.delete(tick);
        if (listeners.size > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
  };
}

const ClockContext = createContext<Clock | null>(null);

/** One ticking clock for the page, set by the server's: a wrong clock in the browser must not age a job. */
export function ClockProvider({
  renderedAt,
  children,
}: {
  renderedAt: number;
  children: ReactNode;
}): ReactNode {
  const [clock] = useState(() => createClock(renderedAt));
  return <ClockContext value={clock}>{children}</ClockContext>;
}

/**
 * What `select` makes of the present second; draws again only when that changes.
 * @param renderedAt Unix seconds when the server drew: the first paint in the browser shows the same.
 * @param ticking false holds the value of the server's drawing
 */
export function useClock<Value extends string | number>(
  select: (nowSeconds: number) => Value,
  renderedAt: number,
  ticking = true,
): Value {
  const clock = useContext(ClockContext);
  const subscribe = useCallback(
    (tick: () => void) => (ticking && clock ? clock.subscribe(tick) : () => undefined),
    [clock, ticking],
  );
  return useSyncExternalStore(
    subscribe,
    () => select(ticking && clock ? Math.floor(clock.now()) : renderedAt),
    () => select(renderedAt),
  );
}
