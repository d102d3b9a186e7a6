'use client';

import type { Change } from '@inferscan/api/client';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from 'react';
import { CONNECTING, DISCONNECTED, healthOf, type LiveHealth, SILENCE_SECONDS } from '../lib/health';

export interface Live {
  /** Calls back for every change of the index; returns a function that ends it. */
  onChange(listener: (change: Change) => void): () => void;
}

const LiveContext = createContext<Live | null>(null);
const HealthContext = createContext<LiveHealth>(CONNECTING);

export function useLive(): Live {
  const live = useContext(LiveContext);
  if (!live) throw new Error('useLive needs a LiveProvider above it');
  return live;
}

export const useLiveHealth = (): LiveHealth => useContext(HealthContext);

/** One connection for the page, opened once it stands, with code that the first paint does not wait for. */
export function LiveProvider({ children }: { children: ReactNode }): ReactNode {
  const listeners = useRef(new Set<(change: Change) => void>());
  const [health, setHealth] = useState<LiveHealth>(CONNECTING);

  useEffect(() => {
    let stop: (() => void) | undefined;
    let closed = false;
    let silence: ReturnType<typeof setTimeout> | undefined;
    const heard = () => {
      clearTimeout(silence);
      silence = setTimeout(() => setHealth(DISCONNECTED), SILENCE_SECONDS * 1_000);
    };
    heard();
    import('../api/changes').then(
      ({ subscribeToChanges }) => {
        if (closed) return;
        stop = subscribeToChanges((message) => {
          heard();
          if (message.type === 'status') setHealth((before) => same(before, healthOf(message)));
          else for (const listener of listeners.current) listener(message);
        });
      },
      () => setHealth(DISCONNECTED),
    );
    return () => {
      closed = true;
      clearTimeout(silence);
      stop?.();
    };
  }, []);

  const live = useMemo<Live>(
    () => ({
      onChange(listener) {
        listeners.current.add(listener);
        return () => listeners.current.delete(listener);
      },
    }),
    [],
  );

  return (
    <LiveContext value={live}>
      <HealthContext value={health}>{children}</HealthContext>
    </LiveContext>
  );
}

function same(before: LiveHealth, after: LiveHealth): LiveHealth {
  return before.state === after.state && before.lagSeconds === after.lagSeconds ? before : after;
}
