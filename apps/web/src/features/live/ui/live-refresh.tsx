'use client';

import type { Change } from '@inferscan/api/client';
import { useRouter } from 'next/navigation';
import {
  type ReactNode,
  useCallback,
  useEffect,
  useEffectEvent,
  useRef,
  useState,
  useTransition,
} from 'react';
import { touches, type Watch } from '../lib/health';
import { type Drawing, nextDrawingAt, recent } from '../lib/rest';
import { useLive } from './live-provider';

/** Scrolled further than this, rows that push others down would disturb reading, pixels. */
const READING_PX = 320;

export interface LiveRefreshProps {
  watch: Watch;
  /** Jobs on the page: changes of others are new rows, held back while the reader is further down. */
  known?: readonly string[] | undefined;
  /** Which others become rows: those that are listed, or any that changes, as in lists of jobs in some state. Default listed. */
  joining?: 'listed' | 'any';
  /** What is counted in "12 new …". */
  noun?: string | undefined;
}

/**
 * Keeps a page as the index is: draws it anew on the server when something that it shows changed.
 * Holds still under the pointer and for readers further down, and then says what waits.
 */
export function LiveRefresh({ watch, known, joining = 'listed', noun = 'job' }: LiveRefreshProps): ReactNode {
  const live = useLive();
  const router = useRouter();
  const [drawing, startDrawing] = useTransition();
  const [waiting, setWaiting] = useState(0);
  const fresh = useRef(new Set<string>());
  const wanted = useRef(false);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const dueAt = useRef(0);
  const drawings = useRef<readonly Drawing[]>([]);

  const draw = useCallback(() => {
    clearTimeout(timer.current);
    timer.current = undefined;
    wanted.current = false;
    fresh.current.clear();
    setWaiting(0);
    const now = performance.now();
    drawings.current = [...recent(drawings.current, now), { begunAt: now, tookMs: 0 }];
    startDrawing(() => router.refresh());
  }, [router]);

  const consider = useEffectEvent(() => {
    if (!wanted.current || drawing) return;
    // A drawing may have brought rows that were told of only while it went on.
    for (const job of known ?? []) fresh.current.delete(job);
    if (held(known !== undefined && fresh.current.size > 0)) {
      setWaiting(fresh.current.size);
      return;
    }
    const at = nextDrawingAt(drawings.current, fresh.current.size > 0);
    const rest = at - performance.now();
    if (rest <= 0) draw();
    else if (timer.current === undefined || at < dueAt.current) {
      clearTimeout(timer.current);
      dueAt.current = at;
      timer.current = setTimeout(() => {
        timer.current = undefined;
        consider();
      }, rest);
    }
  });

  const hear = useEffectEvent((change: Change) => {
    if (!touches(watch, change)) return;
    for (const job of joining === 'listed' ? change.listed : change.jobs) {
      if (known && !known.includes(job)) fresh.current.add(job);
    }
    wanted.current = true;
    consider();
  });

  useEffect(() => live.onChange((change) => hear(change)), [live]);

  // A drawing just ended: what came meanwhile is drawn now.
  useEffect(() => {
    if (drawing) return;
    // Also called when the page comes up, with nothing drawn.
    const ended = drawings.current.at(-1);
    if (ended !== undefined) {
      const tookMs = performance.now() - ended.begunAt;
      drawings.current = [...drawings.current.slice(0, -1), { ...ended, tookMs }];
    }
    consider();
  }, [drawing]);

  useEffect(() => {
    const release = () => consider();
    document.addEventListener('pointerover', release);
    document.addEventListener('scroll', release, { passive: true });
    document.addEventListener('visibilitychange', release);
    return () => {
      clearTimeout(timer.current);
      document.removeEventListener('pointerover', release);
      document.removeEventListener('scroll', release);
      document.removeEventListener('visibilitychange', release);
    };
  }, []);

  if (waiting === 0) return null;
  return (
    <button
      type="button"
      onClick={() => {
        scrollTo({ top: 0 });
        draw();
      }}
      className="rises fixed top-16 left-1/2 z-3 -translate-x-1/2 rounded-full border border-accent bg-surface px-3 py-1 text-13 font-medium text-accent shadow-[0_4px_16px_var(--shadow)]"
    >
      {waiting} new {waiting === 1 ? noun : `${noun}s`}
    </button>
  );
}

/** Whether the reader would be disturbed. A hidden page waits too: nobody looks. */
function held(rowsWouldMove: boolean): boolean {
  if (document.visibilityState === 'hidden') return true;
  return rowsWouldMove && (scrollY > READING_PX || document.querySelector('tr[data-row]:hover') !== null);
}
