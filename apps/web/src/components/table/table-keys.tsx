'use client';

import { type ReactNode, useEffect, useRef } from 'react';
import { isTyping } from '../typing';

/** j and k (or the arrows, once inside) move from row to row; Enter opens the row's link. */
export function TableKeys({ children }: { children: ReactNode }): ReactNode {
  const box = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return;
      const inside = box.current?.contains(document.activeElement) ?? false;
      const step = keyStep(event.key, inside);
      if (step === 0 || !ownsKeys(box.current)) return;
      const rows = [...(box.current?.querySelectorAll<HTMLElement>('tr[data-row]') ?? [])];
      const at = rows.findIndex((row) => row.contains(document.activeElement));
      const next =
        rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + step))];
      const link = next?.querySelector<HTMLElement>('a[href]');
      if (!link) return;
      event.preventDefault();
      link.focus();
      next?.scrollIntoView({ block: 'nearest' });
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);

  return (
    <div ref={box} data-table-keys="">
      {children}
    </div>
  );
}

function keyStep(key: string, inside: boolean): number {
  if (key === 'j' || (inside && key === 'ArrowDown')) return 1;
  if (key === 'k' || (inside && key === 'ArrowUp')) return -1;
  return 0;
}

/** With several tables on a page the one with the focus takes the keys, else the first. */
function ownsKeys(box: HTMLElement | null): boolean {
  if (!box) return false;
  const focused = document.activeElement?.closest('[data-table-keys]');
  return focused ? focused === box : document.querySelector('[data-table-keys]') === box;
}
