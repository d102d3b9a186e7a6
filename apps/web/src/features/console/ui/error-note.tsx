import type { ReactNode } from 'react';
import { StateShape } from '@/components/state-shape';
import type { Explained } from '../lib/explain-error';

/** What went wrong, where, and whether anything was paid. The form keeps its content. */
export function ErrorNote({ error }: { error: Explained }): ReactNode {
  return (
    <div
      role="alert"
      data-testid="launch-error"
      className="flex gap-2.5 rounded-6 bg-failed-soft px-3 py-2.5 text-13"
    >
      <span className="mt-1.5">
        <StateShape state="failed" />
      </span>
      <div className="min-w-0">
        <p className="font-medium">{error.title}</p>
        {error.detail !== null && <p className="break-words text-ink-2">{error.detail}</p>}
      </div>
    </div>
  );
}
