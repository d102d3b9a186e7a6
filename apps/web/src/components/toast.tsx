'use client';

import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { StateShape } from './state-shape';

export interface ToastMessage {
  title: ReactNode;
  body?: ReactNode;
  tone?: 'done' | 'running' | 'failed';
  /** Milliseconds; a failure stays until it is closed. */
  duration?: number;
}

interface Shown extends ToastMessage {
  id: number;
}

export type ShowToast = (message: ToastMessage) => void;

const ToastContext = createContext<ShowToast | null>(null);

/** A function that shows a short message in the corner. Throws where no provider is above. */
export function useToast(): ShowToast {
  const show = useContext(ToastContext);
  if (!show) throw new Error('useToast needs a ToastProvider above it');
  return show;
}

export function ToastProvider({ children }: { children: ReactNode }): ReactNode {
  const [shown, setShown] = useState<readonly Shown[]>([]);
  const next = useRef(0);

  const show = useCallback<ShowToast>((message) => {
    next.current += 1;
    const id = next.current;
    setShown((before) => [...before.slice(-3), { ...message, id }]);
  }, []);
  const close = useCallback((id: number) => {
    setShown((before) => before.filter((toast) => toast.id !== id));
  }, []);
  const value = useMemo(() => show, [show]);

  return (
    <ToastContext value={value}>
      {children}
      <section
        aria-label="Messages"
        aria-live="polite"
        className="pointer-events-none fixed right-4 bottom-4 z-30 flex w-[calc(100%-32px)] max-w-90 flex-col gap-2"
      >
        {shown.map((toast) => (
          <Toast key={toast.id} toast={toast} onClose={close} />
        ))}
      </section>
    </ToastContext>
  );
}

function Toast({ toast, onClose }: { toast: Shown; onClose: (id: number) => void }): ReactNode {
  const { id, tone = 'done', duration = 6_000 } = toast;
  useEffect(() => {
    if (tone === 'failed') return;
    const timer = setTimeout(() => onClose(id), duration);
    return () => clearTimeout(timer);
  }, [id, tone, duration, onClose]);

  return (
    <div className="rises pointer-events-auto flex items-start gap-3 rounded-6 border border-line-strong bg-surface px-3 py-2 shadow-[0_8px_24px_var(--shadow)]">
      <span className="mt-1.5">
        <StateShape state={tone} />
      </span>
      <div className="min-w-0 flex-1 text-13">
        <p className="font-medium">{toast.title}</p>
        {toast.body !== undefined && <div className="text-ink-2">{toast.body}</div>}
      </div>
      <button
        type="button"
        aria-label="Close message"
        onClick={() => onClose(id)}
        className="rounded-4 p-1 text-ink-3 hover:text-ink"
      >
        <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
          <path d="m2 2 8 8M10 2l-8 8" stroke="currentColor" strokeWidth="1.5" />
        </svg>
      </button>
    </div>
  );
}
