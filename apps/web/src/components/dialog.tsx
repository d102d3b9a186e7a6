'use client';

import { type ReactNode, useEffect, useId, useRef } from 'react';
import { cx } from './cx';

export interface DialogProps {
  open: boolean;
  /** Called for Escape, the close button and a press outside; the owner then sets `open` to false. */
  onClose: () => void;
  title: ReactNode;
  /** One sentence under the title. */
  description?: ReactNode;
  /** An element with `data-autofocus` gets the focus first. */
  children?: ReactNode;
  /** Actions, the primary one last. */
  footer?: ReactNode;
  size?: 'small' | 'medium' | 'large';
}

const WIDTH = { small: 'max-w-96', medium: 'max-w-130', large: 'max-w-180' } as const;

/** A modal on the browser's own dialog element: focus stays inside and returns to where it was. */
export function Dialog({
  open,
  onClose,
  title,
  description,
  children,
  footer,
  size = 'medium',
}: DialogProps): ReactNode {
  const element = useRef<HTMLDialogElement>(null);
  const titleId = useId();

  useEffect(() => {
    const dialog = element.current;
    if (!dialog) return;
    if (open && !dialog.open) {
      dialog.showModal();
      // The browser would choose the close button, which stands first.
      dialog.querySelector<HTMLElement>('[data-autofocus]')?.focus();
    }
    if (!open && dialog.open) dialog.close();
  }, [open]);

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape is the key for it, and the dialog element brings it.
    <dialog
      ref={element}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === element.current) onClose();
      }}
      className={cx(
        'm-auto w-[calc(100%-32px)] rounded-8 border border-line-strong bg-surface p-0 text-ink shadow-[0_16px_48px_var(--shadow)] backdrop:bg-backdrop open:rises',
        WIDTH[size],
      )}
    >
      {open && (
        <div className="flex max-h-[calc(100dvh-96px)] flex-col">
          <header className="flex items-start gap-4 px-5 pt-4 pb-3">
            <div className="min-w-0">
              <h2 id={titleId} className="tight text-16 font-semibold">
                {title}
              </h2>
              {description !== undefined && <p className="mt-1 text-13 text-ink-2">{description}</p>}
            </div>
            <button
              type="button"
              onClick={onClose}
              aria-label="Close"
              className="-mt-1 -mr-2 ml-auto rounded-4 p-2 text-ink-3 hover:text-ink"
            >
              <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
                <path d="m2 2 8 8M10 2l-8 8" stroke="currentColor" strokeWidth="1.5" />
              </svg>
            </button>
          </header>
          <div className="min-h-0 overflow-y-auto px-5 pt-1 pb-5">{children}</div>
          {footer !== undefined && (
            <footer className="flex flex-wrap justify-end gap-2 border-t border-line px-5 py-3">
              {footer}
            </footer>
          )}
        </div>
      )}
    </dialog>
  );
}
